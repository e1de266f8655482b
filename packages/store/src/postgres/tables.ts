// The tables of a Postgres database, asked and written.

import type { RunCursor } from "@terrace/core";
import type { ClientBase } from "pg";
import { z } from "zod";
import type { Blob } from "../blobs.js";
import { toKey } from "../row.js";
import { changedColumns, type RunRow, toRunRows } from "../run-row.js";
import type { EventColumns, ReadTables, WriteTables } from "../tables.js";
import type { Database } from "./database.js";

/** Events per statement, so that its parameters stay far below what a message can hold. */
const EVENTS_AT_ONCE = 500;

const RUN =
  "id, run_id, events, hash, last_run_event, started_at, updated_at, fence, owner, owner_since, expires_at, seal";

/** Where the tables are: for messages, and for the server. */
export interface Location {
  readonly path: string;
  readonly schema: string;
}

/** The tables inside a transaction. */
export function writeTables(client: ClientBase, { path, schema }: Location): WriteTables {
  return {
    async findRuns(runIds) {
      // In one order for everybody, so that no two wait for each other.
      const sql = `SELECT ${RUN} FROM ${schema}.runs WHERE run_id = ANY($1) ORDER BY id FOR UPDATE`;
      const { rows } = await client.query(sql, [runIds.map(toKey)]);
      return toRunRows(rows, path);
    },
    saveRun: (row, before) => saveRun(client, schema, row, before),
    insertEvents: (run, rows) => insertEvents(client, schema, run, rows),
    insertBlobs: (blobs) => insertBlobs(client, schema, blobs),
    async hashOf(run, seq) {
      const sql = `SELECT hash FROM ${schema}.events WHERE run = $1 AND seq = $2`;
      const { rows } = await client.query(sql, [run.id, seq]);
      return hashSchema.safeParse(rows[0]).data?.hash;
    },
  };
}

const hashSchema = z.object({ hash: z.string() });

/** The tables as anybody may read them. */
export function readTables(database: Database, { path, schema }: Location): ReadTables {
  const rowsOf = (sql: string, args: unknown[]) =>
    database.read(async (client) => (await client.query(sql, args)).rows as readonly unknown[]);
  return {
    log: (runId, fromSeq) =>
      database.read(async (client) => {
        const found = await client.query(`SELECT ${RUN} FROM ${schema}.runs WHERE run_id = $1`, [
          toKey(runId),
        ]);
        const run = toRunRows(found.rows, path).get(runId);
        if (run === undefined) return { run, rows: [] };
        const sql = `SELECT seq, body, parts, hash FROM ${schema}.events WHERE run = $1 AND seq >= $2 ORDER BY seq`;
        return { run, rows: (await client.query(sql, [run.id, fromSeq])).rows };
      }),
    async isHidden(runId) {
      // No index holds what is compared.
      const rows = await rowsOf(`SELECT ${RUN} FROM ${schema}.runs WHERE run_id || '' = $1`, [toKey(runId)]);
      return toRunRows(rows, path).has(runId);
    },
    values: (hashes) => rowsOf(`SELECT hash, body FROM ${schema}.blobs WHERE hash = ANY($1)`, [hashes]),
    async newest(limit, after) {
      return [...toRunRows(await rowsOf(...selectNewest(schema, limit, after)), path).values()];
    },
    firsts: (runs) =>
      rowsOf(`SELECT run, seq, body, parts, hash FROM ${schema}.events WHERE run = ANY($1) AND seq = 0`, [
        runs.map(({ id }) => id),
      ]),
  };
}

const FROM_THE_NEWEST: RunCursor = { startedAt: Number.MAX_VALUE };

/** Goes to the place in the index and reads on from there. */
function selectNewest(
  schema: string,
  limit: number,
  after: RunCursor = FROM_THE_NEWEST,
): [sql: string, args: unknown[]] {
  const { startedAt, runId } = after;
  const sql =
    `SELECT ${RUN} FROM ${schema}.runs WHERE (started_at, id) < ` +
    `($1, coalesce((SELECT last.id FROM ${schema}.runs AS last WHERE last.run_id = $2), 0)) AND events > 0 ` +
    "ORDER BY started_at DESC, id DESC LIMIT $3";
  return [sql, [startedAt, runId === undefined ? null : toKey(runId), limit]];
}

async function saveRun(client: ClientBase, schema: string, row: RunRow, before?: RunRow): Promise<void> {
  const changed = changedColumns(row, before);
  const names = changed.map(([name]) => name);
  const args = changed.map(([, value]) => value);
  if (row.id === 0) {
    const places = names.map((_, index) => `$${index + 1}`).join(", ");
    await client.query(`INSERT INTO ${schema}.runs (${names.join(", ")}) VALUES (${places})`, args);
    return;
  }
  const sets = names.map((name, index) => `${name} = $${index + 1}`).join(", ");
  await client.query(`UPDATE ${schema}.runs SET ${sets} WHERE id = $${names.length + 1}`, [...args, row.id]);
}

async function insertEvents(
  client: ClientBase,
  schema: string,
  run: RunRow,
  rows: readonly EventColumns[],
): Promise<void> {
  const sql =
    `INSERT INTO ${schema}.events (run, seq, body, parts, hash) ` +
    "SELECT $1, $2 + place - 1, body, parts, hash FROM unnest($3::text[], $4::text[], $5::text[]) " +
    "WITH ORDINALITY AS new (body, parts, hash, place)";
  for (let from = 0; from < rows.length; from += EVENTS_AT_ONCE) {
    const some = rows.slice(from, from + EVENTS_AT_ONCE);
    const columns = [0, 1, 2].map((column) => some.map((row) => row[column]));
    await client.query(sql, [run.id, run.events + from, ...columns]);
  }
}

async function insertBlobs(client: ClientBase, schema: string, blobs: readonly Blob[]): Promise<void> {
  const sql = `INSERT INTO ${schema}.blobs (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`;
  // In one order for everybody, as with runs.
  const sorted = [...blobs].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  for (const { hash, body } of sorted) await client.query(sql, [hash, body]);
}
