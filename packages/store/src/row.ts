// From a row to the event it holds.

import { parseEvent, type RunEvent } from "@terrace/core";
import { z } from "zod";
import { putTogether } from "./blobs.js";
import { unreadable } from "./store-errors.js";
import { textColumn } from "./text-column.js";

/** An event as the database keeps it. */
export interface EventRow {
  readonly seq: number;
  readonly body: string;
  readonly parts: string | null;
  readonly hash: string;
}

/** Where a row stands: enough for a message. */
export interface Place {
  readonly path: string;
  readonly runId: string;
}

const rowSchema = z.object({
  seq: z.number().int(),
  body: textColumn,
  parts: textColumn.nullable(),
  hash: textColumn,
});

/**
 * A text that a database can keep: ids may hold NUL and halves of a character, which it would cut, replace or refuse.
 *
 * No two texts become one, and most stay what they are.
 */
export function toKey(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The text a key was made from. */
export function fromKey(key: string): string {
  return JSON.parse(`"${key}"`) as string;
}

/** What the database returned for a row, checked for its form. */
export function asRow(value: unknown, place: Place, seq: number): EventRow {
  const row = rowSchema.safeParse(value);
  if (!row.success) throw unreadable(place, seq, `its row is not one of an event (${issuesOf(row.error)})`);
  return row.data;
}

/**
 * The event of a row that its chain has vouched for.
 *
 * @throws OrchestrationError `LOG_UNREADABLE` when this version does not understand it.
 */
export function fromRow(row: EventRow, place: Place, blobs: ReadonlyMap<string, string>): RunEvent {
  try {
    const value = putTogether(row, blobs);
    const { runId, seq } = parseEvent(value);
    if (runId !== place.runId) throw new Error(`it belongs to run ${JSON.stringify(runId)}`);
    if (seq !== row.seq) throw new Error(`it says of itself to be event ${seq}`);
    // The value itself and not what the schema made of it, which has lost keys such as `__proto__`.
    return value as RunEvent;
  } catch (error) {
    throw unreadable(place, row.seq, reason(error), error);
  }
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError)
    return `this version of Terrace does not understand it (${issuesOf(error)})`;
  return error instanceof RangeError ? "it is nested too deep" : (error as Error).message;
}

/** What a schema finds wrong, in a line. */
export function issuesOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join(".")}: ${message}`)
    .join("; ");
}
