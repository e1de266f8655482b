// Reading: nothing is handed out that the chain does not vouch for, and nothing is left out.

import type { InStatement } from "@libsql/client";
import type { RunCursor, RunEvent, RunSummary } from "@terrace/core";
import { z } from "zod";
import { chained, GENESIS } from "../chain.js";
import { unreadable } from "../store-errors.js";
import { partsOf } from "./blobs.js";
import { asBytes, asIntegers, textColumn } from "./columns.js";
import type { Database } from "./database.js";
import { asRow, type EventRow, fromRow, type Place, toKey } from "./row.js";
import { type RunRow, SELECT_ALL_RUNS, selectNewest, selectRuns, toRunRows } from "./run-row.js";

/** The most runs that one call lists. */
const MOST_RUNS = 10_000;

/** The events of a run from `fromSeq` on. @throws OrchestrationError `LOG_UNREADABLE` */
export async function readEvents(
  database: Database,
  path: string,
  runId: string,
  fromSeq: number,
): Promise<readonly RunEvent[]> {
  const from = Math.max(0, Math.trunc(fromSeq) || 0);
  const [runs, events] = await database.read([selectRuns([runId]), selectEvents(toKey(runId), from - 1)]);
  const run = toRunRows(runs, path).get(runId);
  if (run === undefined) return nothingOf(runId, database, path);
  const place = { path, runId };
  const rows = events?.rows.map((row, index) => asRow(row, place, Math.max(0, from - 1) + index));
  const verified = verify(rows ?? [], from, run, place);
  const values = await readValues(database, verified);
  return verified.map((row) => fromRow(row, place, values));
}

/** The values that rows which were verified keep apart, by hash. */
async function readValues(
  database: Database,
  rows: readonly EventRow[],
): Promise<ReadonlyMap<string, string>> {
  const hashes = rows.flatMap(({ parts }) => partsOf(parts).map(([, hash]) => hash));
  if (hashes.length === 0) return new Map();
  const [found] = await database.read([
    {
      sql: `SELECT ${asBytes("hash", "body")} FROM blobs WHERE hash IN (SELECT value FROM json_each(?))`,
      args: [JSON.stringify(hashes)],
    },
  ]);
  const values = found?.rows.map((row) => blobSchema.safeParse(row).data) ?? [];
  // One that is no text is as good as missing.
  return new Map(values.flatMap((value) => (value === undefined ? [] : [[value.hash, value.body]])));
}

/** An index that is damaged may hide a run; so may a damaged row. Before saying that there is none, look. */
async function nothingOf(runId: string, database: Database, path: string): Promise<readonly RunEvent[]> {
  const [all] = await database.read([SELECT_ALL_RUNS]);
  const run = toRunRows(all, path).get(runId);
  if (run === undefined) return [];
  throw unreadable({ path, runId }, null, "the index does not lead to it");
}

/** The rows from `from` on, each chained to the one before, up to the very last. */
function verify(rows: readonly EventRow[], from: number, run: RunRow, place: Place): readonly EventRow[] {
  const before = from === 0 ? GENESIS : rows[0]?.seq === from - 1 ? rows[0].hash : undefined;
  if (before === undefined) {
    if (from > run.events) return [];
    throw unreadable(place, from - 1, "it is missing");
  }
  const asked = from === 0 ? rows : rows.slice(1);
  let hash = before;
  for (const [index, row] of asked.entries()) {
    const seq = from + index;
    if (row.seq !== seq) throw unreadable(place, seq, "it is missing");
    if (seq >= run.events) throw unreadable(place, seq, `the log was closed at ${run.events} events`);
    const expected = chained(hash, row);
    if (row.hash !== expected) {
      const hashes = `expected hash ${expected.slice(0, 12)}, got ${row.hash.slice(0, 12)}`;
      throw unreadable(place, seq, `it or the one before is not what was written (${hashes})`);
    }
    hash = row.hash;
  }
  const end = from + asked.length;
  if (end < run.events)
    throw unreadable(place, end, `it is missing, and so is what follows (${run.events} events were written)`);
  if (end === run.events && hash !== run.hash)
    throw unreadable(place, end - 1, "it is not the last one that was written");
  return asked;
}

/** The newest runs. */
export async function listRuns(
  database: Database,
  path: string,
  page: { readonly limit: number; readonly after: RunCursor | undefined; readonly now: number },
): Promise<readonly RunSummary[]> {
  const limit = Math.min(MOST_RUNS, Math.max(0, Math.trunc(page.limit) || 0));
  const [found] = await database.read([selectNewest(limit, page.after)]);
  const runs = [...toRunRows(found, path).values()];
  const [firsts] = await database.read([selectFirsts(runs.map(({ id }) => id))]);
  const rows = new Map(firsts?.rows.map((row) => [Number(row.run), row]));
  const begun = runs.map((run) => ({ run, first: firstOf(rows.get(run.id), { path, runId: run.runId }) }));
  const values = await readValues(
    database,
    begun.map(({ first }) => first),
  );
  return begun.map(({ run, first }) => {
    return summarise(run, fromRow(first, { path, runId: run.runId }, values), page.now);
  });
}

function firstOf(columns: unknown, place: Place): EventRow {
  const row = asRow(columns, place, 0);
  if (row.hash === chained(GENESIS, row)) return row;
  throw unreadable(place, 0, "it is not what was written");
}

function summarise(run: RunRow, first: RunEvent, now: number): RunSummary {
  const { runId, events, lastRunEvent, owner, ownerSince, expiresAt, updatedAt } = run;
  const owned = owner !== null && ownerSince !== null && expiresAt !== null && expiresAt > now;
  return {
    runId,
    goal: first.type === "run.submitted" ? first.goal : "",
    events,
    lastRunEvent: (lastRunEvent ?? first.type) as RunEvent["type"],
    startedAt: first.at,
    updatedAt: updatedAt ?? first.at,
    owner: owned ? { name: owner, since: ownerSince } : null,
  };
}

const COLUMNS = `${asIntegers("run", "seq")}, ${asBytes("body", "parts", "hash")}`;

const blobSchema = z.object({ hash: textColumn, body: textColumn });

function selectEvents(key: string, from: number): InStatement {
  const run = "(SELECT id FROM runs WHERE run_id = ?)";
  return {
    sql: `SELECT ${COLUMNS} FROM events WHERE run = ${run} AND seq >= ? ORDER BY events.seq`,
    args: [key, from],
  };
}

function selectFirsts(runs: readonly number[]): InStatement {
  return {
    sql: `SELECT ${COLUMNS} FROM events WHERE run IN (SELECT value FROM json_each(?)) AND seq = 0`,
    args: [JSON.stringify(runs)],
  };
}
