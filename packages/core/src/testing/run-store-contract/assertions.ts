import { type ErrorCode, OrchestrationError } from "../../errors.js";

/**
 * Expects two values to be the same JSON, down to the order of keys.
 *
 * @throws Error that shows where they part.
 */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual) ?? "undefined", JSON.stringify(expected) ?? "undefined"];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const from = Math.max(0, at - 40);
  throw new Error(
    `Expected ${what} to be ${excerpt(b, from)}, got ${excerpt(a, from)} (they part at character ${at}).`,
  );
}

function excerpt(text: string, from: number): string {
  return `${from > 0 ? "…" : ""}${text.slice(from, from + 120)}${text.length > from + 120 ? "…" : ""}`;
}

/** Expects something to hold. */
export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Expected ${what}.`);
}

/**
 * Expects a rejection, or a throw, by an error of Terrace with this code whose message names all of `words`.
 *
 * @returns The error.
 */
export async function refused(
  deed: () => unknown,
  code: ErrorCode,
  words: readonly string[] = [],
): Promise<OrchestrationError> {
  let error: unknown;
  try {
    await deed();
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) throw new Error(`Expected a rejection with ${code}, got none.`);
  if (!OrchestrationError.is(error))
    throw new Error(`Expected ${code}, got ${String(error)}.`, { cause: error });
  const { code: gotCode, message } = error as OrchestrationError;
  if (gotCode !== code) throw new Error(`Expected ${code}, got ${gotCode}: ${message}`, { cause: error });
  const missing = words.filter((word) => !message.includes(word));
  if (missing.length > 0) throw new Error(`Expected the message to name ${missing.join(", ")}: ${message}`);
  return error as OrchestrationError;
}
