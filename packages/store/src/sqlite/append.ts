// Appends inside a transaction: each whole or not at all, in the order they were asked for.

import type { Transaction } from "@libsql/client";
import type { Lease, RunEvent } from "@terrace/core";
import { chained } from "../chain.js";
import { conflict, misplaced } from "../store-errors.js";
import { type Blob, takeApart } from "./blobs.js";
import { held } from "./lease.js";
import { type RunRow, saveRun, selectRuns, toRunRows } from "./run-row.js";

/** What `append` was called with. */
export interface AppendRequest {
  readonly lease: Lease;
  readonly events: readonly RunEvent[];
  readonly expectedSeq: number;
}

/** Events per statement, so that its one text stays far below what a string can hold. */
const EVENTS_AT_ONCE = 500;

/** An event as it goes into its row: its text, the hashes of what is kept apart, and its own hash. */
type Columns = readonly [body: string, parts: string | null, hash: string];

/** Events of one run that follow one another, ready to be put at its end. */
interface NewEvents {
  readonly rows: readonly Columns[];
  readonly blobs: readonly Blob[];
  /** The run with them. */
  readonly after: RunRow;
}

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
  const changed = new Map<string, Columns[]>();
  const blobs = new Map<string, Blob>();
  const latest = new Map(runs);
  const outcomes = requests.map((request) => {
    try {
      const { runId } = request.lease;
      const added = extend(held(latest.get(runId), request.lease), request);
      if (added.rows.length === 0) return undefined;
      latest.set(runId, added.after);
      const rows = changed.get(runId);
      if (rows === undefined) changed.set(runId, [...added.rows]);
      else for (const row of added.rows) rows.push(row);
      for (const blob of added.blobs) blobs.set(blob.hash, blob);
      return undefined;
    } catch (error) {
      return error;
    }
  });
  for (const blob of blobs.values()) await insertBlob(tx, blob);
  for (const [runId, rows] of changed) {
    const before = runs.get(runId) as RunRow;
    await insertEvents(tx, before, rows);
    await saveRun(tx, latest.get(runId) as RunRow, before);
  }
  return outcomes;
}

/** Makes the rows of a request's events. @throws OrchestrationError `LOG_CONFLICT` when one of them does not fit. */
function extend(run: RunRow, { lease, events, expectedSeq }: AppendRequest): NewEvents {
  const { runId } = lease;
  if (run.events !== expectedSeq) throw conflict(runId, expectedSeq, run.events);
  const rows: Columns[] = [];
  const apart: Blob[] = [];
  let { hash, lastRunEvent, startedAt, updatedAt } = run;
  for (const event of events) {
    const seq = expectedSeq + rows.length;
    if (event.seq !== seq || event.runId !== runId) throw misplaced(runId, seq, event);
    const { link, blobs } = takeApart(event);
    hash = chained(hash, link);
    rows.push([link.body, link.parts, hash]);
    for (const blob of blobs) apart.push(blob);
    if (event.type.startsWith("run.")) lastRunEvent = event.type;
    startedAt ??= event.at;
    updatedAt = event.at;
  }
  const after = { ...run, events: run.events + rows.length, hash, lastRunEvent, startedAt, updatedAt };
  return { rows, blobs: apart, after };
}

/**
 * Puts events at the end of a run.
 *
 * All rows go as one text: SQLite takes it apart in two thirds of the time that it needs to take in as many values.
 */
async function insertEvents(tx: Transaction, run: RunRow, rows: readonly Columns[]): Promise<void> {
  const sql =
    "INSERT INTO events (run, seq, body, parts, hash) " +
    "SELECT ?, ? + key, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)";
  for (let from = 0; from < rows.length; from += EVENTS_AT_ONCE) {
    const some = JSON.stringify(rows.slice(from, from + EVENTS_AT_ONCE));
    await tx.execute({ sql, args: [run.id, run.events + from, some] });
  }
}

/** What is there already is kept: it has the same name, so it is the same. */
async function insertBlob(tx: Transaction, { hash, body }: Blob): Promise<void> {
  const sql = "INSERT INTO blobs (hash, body) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING";
  await tx.execute({ sql, args: [hash, body] });
}
