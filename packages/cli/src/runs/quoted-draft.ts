// A draft as a person sees it who decides on it: what a model wrote stands behind a bar, and nothing else does.

import type { JsonValue, TaskState } from "@terrace/core";
import { safeText, visible } from "../text/safe-text.js";

/** What is shown of a draft, at most; a draft may be a megabyte. */
const MOST_LINES = 40;
const MOST_CHARACTERS = 160;

const BAR = "  │ ";

/**
 * The draft of a task in lines: who made it and what became of it, then its words, quoted.
 *
 * The words can colour nothing and leave the bar nowhere; what does not fit is counted below the bar.
 */
export function quoteDraft({ attempts }: TaskState): readonly string[] {
  const last = attempts[attempts.length - 1];
  if (last === undefined) return ["There is no draft: nothing was attempted."];
  const { number, tier, outcome, output, confidence } = last;
  if (outcome !== "ok") return [`There is no draft: attempt ${number}, at ${tier}, brought no output.`];
  const head = `The draft of attempt ${number}, at ${tier}, which calls its confidence ${confidence ?? "unknown"}; it is not accepted:`;
  return [head, ...quoteLines(linesOf(output))];
}

/** What a tool is to be called with, in lines behind a bar; what could hide in it is shown as an escape. */
export function quoteInput(input: JsonValue): readonly string[] {
  return quoteLines(visible(JSON.stringify(input, null, 2)).split("\n"));
}

function quoteLines(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MOST_LINES).map(clip);
  const isWhole = lines.length <= MOST_LINES && shown.every((line, at) => line === lines[at]);
  const rest = isWhole ? [] : [`Not all of it is shown: it has ${describeSize(lines)}.`];
  return [...shown.map((line) => `${BAR}${line}`.trimEnd()), ...rest];
}

function linesOf(output: JsonValue): readonly string[] {
  const text = typeof output === "string" ? output : JSON.stringify(output, null, 2);
  return safeText(text).replaceAll("\t", "  ").trimEnd().split("\n");
}

function clip(line: string): string {
  const characters = [...line];
  return characters.length <= MOST_CHARACTERS
    ? line
    : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

function describeSize(lines: readonly string[]): string {
  const characters = lines.reduce((sum, line) => sum + line.length, 0);
  return `${lines.length} lines and ${characters} characters`;
}
