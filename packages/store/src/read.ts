// Reading: nothing is handed out that the chain does not vouch for, and nothing is left out.

import type { RunCursor, RunEvent, RunSummary } from "@terrace/core";
import { z } from "zod";
import { partsOf } from "./blobs.js";
import { chained, GENESIS } from "./chain.js";
import { asRow, type EventRow, fromRow, type Place } from "./row.js";
import type { RunRow } from "./run-row.js";
import { unreadable } from "./store-errors.js";
import type { ReadTables } from "./tables.js";
import { textColumn } from "./text-column.js";

/** The most runs that one call lists. */
const MOST_RUNS = 10_000;

/** The events of a run from `fromSeq` on. @throws OrchestrationError `LOG_UNREADABLE` */
export async function readEvents(
  tables: ReadTables,
  path: string,
  runId: string,
  fromSeq: number,
): Promise<readonly RunEvent[]> {
  const from = Math.max(0, Math.trunc(fromSeq) || 0);
  const { run, rows } = await tables.log(runId, from - 1);
  const place = { path, runId };
  if (run === undefined) {
    // An index that is damaged may hide a run; so may a damaged row. Before saying that there is none, look.
    if (await tables.isHidden(runId)) throw unreadable(place, null, "the index does not lead to it");
    return [];
  }
  const events = rows.map((row, index) => asRow(row, place, Math.max(0, from - 1) + index));
  const verified = verify(events, from, run, place);
  const values = await readValues(tables, verified);
  return verified.map((row) => fromRow(row, place, values));
}

/** The values that rows which were verified keep apart, by hash. */
async function readValues(
  tables: ReadTables,
  rows: readonly EventRow[],
): Promise<ReadonlyMap<string, string>> {
  const hashes = rows.flatMap(({ parts }) => partsOf(parts).map(([, hash]) => hash));
  if (hashes.length === 0) return new Map();
  const values = (await tables.values(hashes)).map((row) => blobSchema.safeParse(row).data);
  // One that is no text is as good as missing.
  return new Map(values.flatMap((value) => (value === undefined ? [] : [[value.hash, value.body]])));
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
  tables: ReadTables,
  path: string,
  page: { readonly limit: number; readonly after: RunCursor | undefined; readonly now: number },
): Promise<readonly RunSummary[]> {
  const limit = Math.min(MOST_RUNS, Math.max(0, Math.trunc(page.limit) || 0));
  const runs = await tables.newest(limit, page.after);
  if (runs.length === 0) return [];
  const firsts = await tables.firsts(runs);
  const rows = new Map(firsts.map((row) => [runOf(row), row]));
  const begun = runs.map((run) => ({ run, first: firstOf(rows.get(run.id), { path, runId: run.runId }) }));
  const values = await readValues(
    tables,
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

const blobSchema = z.object({ hash: textColumn, body: textColumn });

/** The number of the run that a row belongs to. */
function runOf(row: unknown): unknown {
  return (row as { readonly run?: unknown }).run;
}
