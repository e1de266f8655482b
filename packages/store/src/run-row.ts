// What a store knows of a run besides its events: where the log ends, and who holds the lease.

import { z } from "zod";
import { GENESIS, sha256 } from "./chain.js";
import { fromKey, issuesOf, toKey } from "./row.js";
import { unreadable } from "./store-errors.js";
import { textColumn } from "./text-column.js";

/** One run, without its events. */
export interface RunRow {
  /** The database's own number; 0 for a run that is not in it yet. */
  readonly id: number;
  readonly runId: string;
  /** How many events the log holds. */
  readonly events: number;
  /** The hash of the last one. */
  readonly hash: string;
  readonly lastRunEvent: string | null;
  readonly startedAt: number | null;
  readonly updatedAt: number | null;
  /** The highest fence that was given out. */
  readonly fence: number;
  readonly owner: string | null;
  readonly ownerSince: number | null;
  readonly expiresAt: number | null;
}

/** A run nobody has written yet. */
export function newRun(runId: string): RunRow {
  return {
    id: 0,
    runId,
    events: 0,
    hash: GENESIS,
    lastRunEvent: null,
    startedAt: null,
    updatedAt: null,
    fence: 0,
    owner: null,
    ownerSince: null,
    expiresAt: null,
  };
}

const columnsSchema = z.object({
  id: z.number(),
  run_id: textColumn,
  events: z.number(),
  hash: textColumn,
  last_run_event: textColumn.nullable(),
  started_at: z.number().nullable(),
  updated_at: z.number().nullable(),
  fence: z.number(),
  owner: textColumn.nullable(),
  owner_since: z.number().nullable(),
  expires_at: z.number().nullable(),
  seal: textColumn,
});

/**
 * The runs of a result, by id, in its order.
 *
 * @throws OrchestrationError `LOG_UNREADABLE` when a row was changed since it was written.
 */
export function toRunRows(rows: readonly unknown[], path: string): Map<string, RunRow> {
  return new Map(rows.map((columns) => toRunRow(columns, path)).map((row) => [row.runId, row]));
}

function toRunRow(columns: unknown, path: string): RunRow {
  const parsed = columnsSchema.safeParse(columns);
  if (!parsed.success) {
    throw unreadable({ path, runId: "?" }, null, `its row is not one of a run (${issuesOf(parsed.error)})`);
  }
  const { id, run_id: key, seal, ...rest } = parsed.data;
  const row: RunRow = {
    id,
    runId: readKey(key),
    events: rest.events,
    hash: rest.hash,
    lastRunEvent: rest.last_run_event,
    startedAt: rest.started_at,
    updatedAt: rest.updated_at,
    fence: rest.fence,
    owner: rest.owner === null ? null : readKey(rest.owner),
    ownerSince: rest.owner_since,
    expiresAt: rest.expires_at,
  };
  if (sealOf(row) === seal) return row;
  throw unreadable({ path, runId: row.runId }, null, "it was changed since it was written");
}

/** A damaged key is shown as it is; the seal then tells that it is damaged. */
function readKey(key: string): string {
  try {
    return fromKey(key);
  } catch {
    return key;
  }
}

/** A value of a column. */
export type ColumnValue = string | number | null;

/** The columns of a run that are to be written, its seal among them: all, or those that changed since `before`. */
export function changedColumns(row: RunRow, before?: RunRow): readonly [name: string, value: ColumnValue][] {
  const old = before === undefined ? undefined : columnsOf(before);
  // A column that is named is written to its indexes too, changed or not.
  const changed = Object.entries(columnsOf(row)).filter(
    ([name, value]) => old === undefined || old[name] !== value,
  );
  return [...changed, ["seal", sealOf(row)]];
}

/** A hash over the whole row: a row that was changed by anything but this store does not fit it. */
function sealOf(row: RunRow): string {
  return sha256(JSON.stringify(Object.values(columnsOf(row))));
}

/** The columns of a run but its number and its seal. Their order is part of the seal. */
function columnsOf(row: RunRow): { readonly [name: string]: ColumnValue } {
  return {
    run_id: toKey(row.runId),
    events: row.events,
    hash: row.hash,
    last_run_event: row.lastRunEvent,
    started_at: row.startedAt,
    updated_at: row.updatedAt,
    fence: row.fence,
    owner: row.owner === null ? null : toKey(row.owner),
    owner_since: row.ownerSince,
    expires_at: row.expiresAt,
  };
}
