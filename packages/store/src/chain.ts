// What was lost, added or changed in a log is found here: each event carries the hash of the one before.

import { hash } from "node:crypto";

/** What the first event of a log is chained to. */
export const GENESIS: string = "0".repeat(64);

/** The two texts an event is kept as. */
export interface Link {
  /** The event's JSON, without what is kept apart. */
  readonly body: string;
  /** What is kept apart: a JSON object of field name to hash; `null` when nothing is. */
  readonly parts: string | null;
}

/**
 * The hash of an event, given the hash of the one before. 64 hexadecimal digits.
 *
 * Taken over the stored text itself and not over a sorted form of it: an event must come back with its keys
 * in the order they were written, or a prompt made from it would have other bytes after a resume.
 */
export function chained(previous: string, { body, parts }: Link): string {
  // None of the three can hold a line break: it is escaped in JSON.
  return sha256(`${previous}\n${parts ?? ""}\n${body}`);
}

/** 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
