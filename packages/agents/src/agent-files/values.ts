// Values of the front matter, as what they are meant to be; what they are not is said, and left out.

import type { Effort } from "@terrace/core";
import type { AgentNote } from "./agent-note.js";
import type { Entry } from "./front-matter.js";

/** Notes something about a line. */
export type Said = (line: number, text: string, severity?: AgentNote["severity"]) => void;

const EFFORTS: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];
const MOST_NAMES = 200;
const MOST_TURNS = 1_000;

/** A text; `undefined` when there is none. */
export function asText(entry: Entry | undefined, say: Said): string | undefined {
  if (entry === undefined || entry.value === null) return undefined;
  if (typeof entry.value === "string") return entry.value.trim();
  wrong(entry, "a text", say);
  return undefined;
}

/** One of the efforts. */
export function asEffort(entry: Entry | undefined, say: Said): Effort | null {
  if (entry === undefined) return null;
  const found = EFFORTS.find((effort) => effort === entry.value);
  if (found === undefined) wrong(entry, `one of ${EFFORTS.join(", ")}`, say);
  return found ?? null;
}

/** A whole number of turns. */
export function asCount(entry: Entry | undefined, say: Said): number | null {
  if (entry === undefined) return null;
  const count = Number(entry.value);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_TURNS) return count;
  wrong(entry, `a whole number from 1 to ${MOST_TURNS}`, say);
  return null;
}

/** Names in a list, or in a text with commas between them: those inside of parentheses belong to a name. */
export function asNames(entry: Entry | undefined, say: Said): readonly string[] {
  if (entry === undefined || entry.value === null) return [];
  const { value } = entry;
  const items: readonly unknown[] =
    typeof value === "string" ? value.split(/,(?![^(]*\))/) : Array.isArray(value) ? value : [undefined];
  const names = items.flatMap((item) =>
    typeof item === "string" && item.trim() !== "" ? [item.trim()] : [],
  );
  const isWhole = items.every((item) => typeof item === "string");
  if (isWhole && items.length <= MOST_NAMES && names.every((name) => name.length <= 200)) return names;
  wrong(entry, `at most ${MOST_NAMES} names, in a list or with commas between them`, say);
  return [];
}

/** Servers: names, and declarations by name. */
export function asServers(entry: Entry | undefined, say: Said): readonly unknown[] {
  if (entry === undefined || entry.value === null) return [];
  const { value } = entry;
  const isMap = typeof value === "object" && !Array.isArray(value);
  const items: readonly unknown[] = Array.isArray(value) ? value : isMap ? [value] : asNames(entry, say);
  return items.slice(0, MOST_NAMES);
}

function wrong({ key, value, line }: Entry, expected: string, say: Said): void {
  const text = JSON.stringify(value) ?? String(value);
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  say(line, `expected "${key}" to be ${expected}, got ${shown}; it has no effect.`);
}
