// Checks small enough to be read at a glance.

import type { Check, CheckContext, JsonValue } from "@terrace/core";

/** Refuses text longer than `characters`, counted as a reader would (an emoji is one). Anything but text passes. */
export function maxLength(characters: number): Check {
  return textCheck("maxLength", (text) => {
    const length = [...text].length;
    return length > characters ? `Expected at most ${characters} characters, got ${length}.` : undefined;
  });
}

/** Refuses text with fewer or more words than asked for, words being what stands between blanks. */
export function wordLimit(limits: { readonly min?: number; readonly max?: number }): Check {
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits;
  return textCheck("wordLimit", (text) => {
    const words = text.split(/\s+/).filter((word) => word !== "").length;
    if (words < min) return `Expected at least ${min} words, got ${words}.`;
    return words > max ? `Expected at most ${max} words, got ${words}.` : undefined;
  });
}

/**
 * A check of one's own: `test` returns what is wrong in a line, or lines; nothing, an empty list or `true` when
 * all is well; `false` when it is not.
 *
 * @example predicate("is sorted", (output) => isSorted(output) || "The list is not in alphabetical order.")
 */
export function predicate(
  name: string,
  test: (output: JsonValue, context: CheckContext) => boolean | string | readonly string[] | undefined,
): Check {
  return {
    name,
    run: (output, context) => {
      const found = test(output, context);
      if (found === undefined || found === true) return [];
      if (found === false) return [`Expected "${name}" to hold, but it does not.`];
      return typeof found === "string" ? [found] : found;
    },
  };
}

function textCheck(name: string, test: (text: string) => string | undefined): Check {
  return predicate(name, (output) => (typeof output === "string" ? test(output) : undefined));
}
