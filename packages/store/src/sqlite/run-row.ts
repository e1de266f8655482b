// What a store knows of a run besides its events: where the log ends, and who holds the lease.

import type { InStatement, ResultSet, Transaction } from "@libsql/client";
import type { RunCursor } from "@terrace/core";
import { z } from "zod";
import { sha256 } from "../chain.js";
import { unreadable } from "../store-errors.js";
import { asBytes, asIntegers, asReals, textColumn } from "./columns.js";
import { fromKey, issuesOf, toKey } from "./row.js";

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

const COLUMNS = [
  asIntegers("id", "events", "fence"),
  asBytes("run_id", "hash", "last_run_event", "owner", "seal"),
  asReals("started_at", "updated_at", "owner_since", "expires_at"),
].join(", ");

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

/** Finds the given runs. */
export function selectRuns(runIds: readonly string[]): InStatement {
  const select = `SELECT ${COLUMNS} FROM runs WHERE run_id`;
  // The usual case, and a good deal quicker than a list of one.
  if (runIds.length === 1) return { sql: `${select} = ?`, args: runIds.map(toKey) };
  return { sql: `${select} IN (SELECT value FROM json_each(?))`, args: [JSON.stringify(runIds.map(toKey))] };
}

/** Every run, read without an index. */
export const SELECT_ALL_RUNS: string = `SELECT ${COLUMNS} FROM runs NOT INDEXED`;

const FROM_THE_NEWEST: RunCursor = { startedAt: Number.MAX_VALUE };

/**
 * The runs that have begun, newest first.
 *
 * One condition on the place, whether one is given or not: SQLite then goes to it in the index and reads on from there.
 */
export function selectNewest(limit: number, after: RunCursor = FROM_THE_NEWEST): InStatement {
  const { startedAt, runId } = after;
  return {
    // The columns of the table, and not those of the result, which have their names and no index.
    sql:
      `SELECT ${COLUMNS} FROM runs WHERE (runs.started_at, runs.id) < ` +
      "(?, coalesce((SELECT last.id FROM runs AS last WHERE last.run_id = ?), 0)) AND runs.events > 0 " +
      "ORDER BY runs.started_at DESC, runs.id DESC LIMIT ?",
    args: [startedAt, runId === undefined ? null : toKey(runId), limit],
  };
}

/**
 * The runs of a result, by id.
 *
 * @throws OrchestrationError `LOG_UNREADABLE` when a row was changed since it was written.
 */
export function toRunRows(result: ResultSet | undefined, path: string): Map<string, RunRow> {
  const rows = result?.rows ?? [];
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

/** Adds a run, or writes what changed of it: its log, its lease, or that it has begun. */
export async function saveRun(tx: Transaction, row: RunRow, before?: RunRow): Promise<void> {
  const now = columnsOf(row);
  const old = before === undefined ? undefined : columnsOf(before);
  // A column that is named is written to its indexes too, changed or not.
  const changed = Object.entries(now).filter(([name, value]) => old === undefined || old[name] !== value);
  const names = [...changed.map(([name]) => name), "seal"];
  const args = [...changed.map(([, value]) => value), sealOf(row)];
  const sql =
    row.id === 0
      ? `INSERT INTO runs (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`
      : `UPDATE runs SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`;
  await tx.execute({ sql, args: row.id === 0 ? args : [...args, row.id] });
}

/** A hash over the whole row: a row that was changed by anything but this store does not fit it. */
function sealOf(row: RunRow): string {
  return sha256(JSON.stringify(Object.values(columnsOf(row))));
}

/** The columns of a run but its number and its seal. Their order is part of the seal. */
function columnsOf(row: RunRow): { readonly [name: string]: string | number | null } {
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
