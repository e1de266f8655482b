// The tables of a SQLite file, asked and written.

import type { InStatement, Transaction } from "@libsql/client";
import type { RunCursor } from "@terrace/core";
import type { Blob } from "../blobs.js";
import { toKey } from "../row.js";
import { changedColumns, type RunRow, toRunRows } from "../run-row.js";
import type { EventColumns, ReadTables, WriteTables } from "../tables.js";
import { textColumn } from "../text-column.js";
import { asBytes, asIntegers, asReals } from "./columns.js";
import type { Database } from "./database.js";

/** Events per statement, so that its one text stays far below what a string can hold. */
const EVENTS_AT_ONCE = 500;

const RUN = [
  asIntegers("id", "events", "fence"),
  asBytes("run_id", "hash", "last_run_event", "owner", "seal"),
  asReals("started_at", "updated_at", "owner_since", "expires_at"),
].join(", ");

const EVENT = `${asIntegers("run", "seq")}, ${asBytes("body", "parts", "hash")}`;

/** The tables inside a transaction, which nobody else can write meanwhile. */
export function writeTables(tx: Transaction, path: string): WriteTables {
  return {
    findRuns: async (runIds) => toRunRows((await tx.execute(selectRuns(runIds))).rows, path),
    saveRun: (row, before) => saveRun(tx, row, before),
    insertEvents: (run, rows) => insertEvents(tx, run, rows),
    insertBlobs: (blobs) => insertBlobs(tx, blobs),
    async hashOf(run, seq) {
      const sql = `SELECT ${asBytes("hash")} FROM events WHERE run = ? AND seq = ?`;
      const { rows } = await tx.execute({ sql, args: [run.id, seq] });
      return textColumn.safeParse(rows[0]?.hash).data;
    },
  };
}

/** The tables as anybody may read them. */
export function readTables(database: Database, path: string): ReadTables {
  return {
    async log(runId, fromSeq) {
      const [runs, events] = await database.read([selectRuns([runId]), selectEvents(runId, fromSeq)]);
      return { run: toRunRows(runs?.rows ?? [], path).get(runId), rows: events?.rows ?? [] };
    },
    async isHidden(runId) {
      const [all] = await database.read([`SELECT ${RUN} FROM runs NOT INDEXED`]);
      return toRunRows(all?.rows ?? [], path).has(runId);
    },
    async values(hashes) {
      const sql = `SELECT ${asBytes("hash", "body")} FROM blobs WHERE hash IN (SELECT value FROM json_each(?))`;
      const [found] = await database.read([{ sql, args: [JSON.stringify(hashes)] }]);
      return found?.rows ?? [];
    },
    async newest(limit, after) {
      const [found] = await database.read([selectNewest(limit, after)]);
      return [...toRunRows(found?.rows ?? [], path).values()];
    },
    async firsts(runs) {
      const sql = `SELECT ${EVENT} FROM events WHERE run IN (SELECT value FROM json_each(?)) AND seq = 0`;
      const [found] = await database.read([{ sql, args: [JSON.stringify(runs.map(({ id }) => id))] }]);
      return found?.rows ?? [];
    },
  };
}

/** Finds the given runs. */
function selectRuns(runIds: readonly string[]): InStatement {
  const select = `SELECT ${RUN} FROM runs WHERE run_id`;
  // The usual case, and a good deal quicker than a list of one.
  if (runIds.length === 1) return { sql: `${select} = ?`, args: runIds.map(toKey) };
  return { sql: `${select} IN (SELECT value FROM json_each(?))`, args: [JSON.stringify(runIds.map(toKey))] };
}

function selectEvents(runId: string, fromSeq: number): InStatement {
  const run = "(SELECT id FROM runs WHERE run_id = ?)";
  return {
    sql: `SELECT ${EVENT} FROM events WHERE run = ${run} AND seq >= ? ORDER BY events.seq`,
    args: [toKey(runId), fromSeq],
  };
}

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
      `SELECT ${RUN} FROM runs WHERE (runs.started_at, runs.id) < ` +
      "(?, coalesce((SELECT last.id FROM runs AS last WHERE last.run_id = ?), 0)) AND runs.events > 0 " +
      "ORDER BY runs.started_at DESC, runs.id DESC LIMIT ?",
    args: [startedAt, runId === undefined ? null : toKey(runId), limit],
  };
}

async function saveRun(tx: Transaction, row: RunRow, before?: RunRow): Promise<void> {
  const changed = changedColumns(row, before);
  const names = changed.map(([name]) => name);
  const args = changed.map(([, value]) => value);
  const sql =
    row.id === 0
      ? `INSERT INTO runs (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`
      : `UPDATE runs SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`;
  await tx.execute({ sql, args: row.id === 0 ? args : [...args, row.id] });
}

/** All rows go as one text: SQLite takes it apart in two thirds of the time that it needs to take in as many values. */
async function insertEvents(tx: Transaction, run: RunRow, rows: readonly EventColumns[]): Promise<void> {
  const sql =
    "INSERT INTO events (run, seq, body, parts, hash) " +
    "SELECT ?, ? + key, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)";
  for (let from = 0; from < rows.length; from += EVENTS_AT_ONCE) {
    const some = JSON.stringify(rows.slice(from, from + EVENTS_AT_ONCE));
    await tx.execute({ sql, args: [run.id, run.events + from, some] });
  }
}

async function insertBlobs(tx: Transaction, blobs: readonly Blob[]): Promise<void> {
  const sql = "INSERT INTO blobs (hash, body) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING";
  for (const { hash, body } of blobs) await tx.execute({ sql, args: [hash, body] });
}
