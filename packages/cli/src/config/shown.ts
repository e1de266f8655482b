import { safeLine } from "../text/safe-text.js";

/** A value for a message: short, on a line, and without anything that looks like a key. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return safeLine(textOf(value).replace(/sk-[\w-]{6,}/g, "sk-…"), 80);
}

function textOf(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof RegExp) return `the regular expression ${value}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "something that is no data";
  }
}
