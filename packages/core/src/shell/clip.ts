import type { Fault } from "../run/fault.js";

// Together they stay below what an event may hold, so that a log which could be written can be read again.
const MOST_CHARACTERS = 10_000;
const MOST_LINES = 100;

/** A remark of an agent or a check, cut where it would be too long to keep. */
export function clip(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

/** Remarks, each cut; of too many, the first ones and how many more there were. */
export function clipLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES && lines.every((line) => line.length <= MOST_CHARACTERS)) return lines;
  const kept = lines.slice(0, MOST_LINES - 1).map(clip);
  return lines.length < MOST_LINES ? kept : [...kept, `… and ${lines.length - kept.length} more.`];
}

/** A fault whose words are cut. */
export function clipFault(fault: Fault): Fault {
  return { ...fault, message: clip(fault.message), issues: clipLines(fault.issues) };
}
