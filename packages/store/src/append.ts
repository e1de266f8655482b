// Appends inside a transaction: each whole or not at all, in the order they were asked for.

import type { InValue, Transaction } from "@libsql/client";
import type { Lease, RunEvent } from "@terrace/core";
import type { Blob } from "./blobs.js";
import { held } from "./lease.js";
import { type EventRow, toRow } from "./row.js";
import { type RunRow, saveRun, selectRuns, toRunRows } from "./run-row.js";
import { conflict, misplaced } from "./store-errors.js";

/** What `append` was called with. */
export interface AppendRequest {
  readonly lease: Lease;
  readonly events: readonly RunEvent[];
  readonly expectedSeq: number;
}

/** Rows per statement: SQLite reads a statement anew each time, and takes 32,766 values at most. */
const ROWS_AT_ONCE = 100;

type NewRow = EventRow & { readonly run: number };

/**
 * Writes what may be written.
 *
 * @returns One entry for each request: `undefined` when its events stand, or the error that refuses it. A refused
 *   request writes nothing and harms no other.
 */
export async function writeAppends(
  tx: Transaction,
  path: string,
  requests: readonly AppendRequest[],
): Promise<readonly unknown[]> {
  const ids = new Set(requests.map(({ lease }) => lease.runId));
  const runs = toRunRows(await tx.execute(selectRuns([...ids])), path);
  const changed = new Map<string, RunRow>();
  const rows: NewRow[] = [];
  const blobs = new Map<string, Blob>();
  const outcomes = requests.map((request) => {
    try {
      const { runId } = request.lease;
      const before = held(changed.get(runId) ?? runs.get(runId), request.lease);
      const after = extend(before, request, (row, apart) => {
        rows.push({ run: before.id, ...row });
        for (const blob of apart) blobs.set(blob.hash, blob);
      });
      if (after !== before) changed.set(runId, after);
      return undefined;
    } catch (error) {
      return error;
    }
  });
  await insertBlobs(tx, [...blobs.values()]);
  await insertEvents(tx, rows);
  for (const [runId, run] of changed) await saveRun(tx, run, runs.get(runId));
  return outcomes;
}

/** The run with the events at its end. Hands out rows only when all of them fit. */
function extend(
  run: RunRow,
  { lease, events, expectedSeq }: AppendRequest,
  keep: (row: EventRow, blobs: readonly Blob[]) => void,
): RunRow {
  const { runId } = lease;
  if (run.events !== expectedSeq) throw conflict(runId, expectedSeq, run.events);
  events.forEach((event, index) => {
    const seq = expectedSeq + index;
    if (event.seq !== seq || event.runId !== runId) throw misplaced(runId, seq, event);
  });
  let after = run;
  const made = events.map((event) => {
    const row = toRow(event, after.hash);
    after = follow(after, event, row.row.hash);
    return row;
  });
  for (const { row, blobs } of made) keep(row, blobs);
  return after;
}

function follow(run: RunRow, { type, at }: RunEvent, hash: string): RunRow {
  return {
    ...run,
    events: run.events + 1,
    hash,
    lastRunEvent: type.startsWith("run.") ? type : run.lastRunEvent,
    startedAt: run.startedAt ?? at,
    updatedAt: at,
  };
}

async function insertEvents(tx: Transaction, rows: readonly NewRow[]): Promise<void> {
  const values = rows.map(({ run, seq, body, parts, hash }) => [run, seq, body, parts, hash]);
  await insert(tx, "INSERT INTO events (run, seq, body, parts, hash)", values, "");
}

/** What is there already is kept: it has the same name, so it is the same. */
async function insertBlobs(tx: Transaction, blobs: readonly Blob[]): Promise<void> {
  const values = blobs.map(({ hash, body }) => [hash, body]);
  await insert(tx, "INSERT INTO blobs (hash, body)", values, "ON CONFLICT (hash) DO NOTHING");
}

async function insert(
  tx: Transaction,
  into: string,
  rows: readonly (readonly InValue[])[],
  otherwise: string,
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE);
    const marks = some.map((row) => `(${row.map(() => "?").join(", ")})`);
    await tx.execute({ sql: `${into} VALUES ${marks.join(", ")} ${otherwise}`, args: some.flat() });
  }
}
