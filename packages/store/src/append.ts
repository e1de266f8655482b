// Appends inside a transaction: each whole or not at all, in the order they were asked for.

import type { Lease, RunEvent } from "@terrace/core";
import { type Blob, takeApart } from "./blobs.js";
import { chained } from "./chain.js";
import { held } from "./lease.js";
import type { RunRow } from "./run-row.js";
import { conflict, misplaced } from "./store-errors.js";
import type { EventColumns, WriteTables, WriteWork } from "./tables.js";

/** What `append` was called with. */
export interface AppendRequest {
  readonly lease: Lease;
  readonly events: readonly RunEvent[];
  readonly expectedSeq: number;
}

/** One entry for each request: `undefined` when its events stand, or the error that refuses it. */
export type Outcomes = readonly unknown[];

/** Events of one run that follow one another, ready to be put at its end. */
interface NewEvents {
  readonly rows: readonly EventColumns[];
  readonly blobs: readonly Blob[];
  /** The run with them. */
  readonly after: RunRow;
}

/** What a transaction was about to write when it ended, however it ended. */
interface Tried {
  readonly outcomes: Outcomes;
  /** A run that it changed; all that it changed stands or falls together. `undefined` when it changed none. */
  readonly changed: RunRow | undefined;
}

/**
 * Makes the deed of a transaction that writes what may be written of some requests.
 *
 * A refused request writes nothing and harms no other. In doubt it looks first whether what it wrote is there.
 */
export function appending(requests: readonly AppendRequest[]): WriteWork<Outcomes> {
  const ids = [...new Set(requests.map(({ lease }) => lease.runId))];
  let tried: Tried | undefined;
  return async (tables, isInDoubt) => {
    // Whoever finds the runs holds them: an earlier transaction on them is over, one way or the other.
    const runs = await tables.findRuns(ids);
    const isThere = isInDoubt && tried !== undefined && (await stands(tables, runs, tried));
    if (tried === undefined || !isThere) tried = await writeAppends(tables, runs, requests);
    return tried.outcomes;
  };
}

/** Whether what was tried is there. No other events have the same hash in the same place. */
async function stands(
  tables: WriteTables,
  runs: ReadonlyMap<string, RunRow>,
  { changed }: Tried,
): Promise<boolean> {
  const run = changed && runs.get(changed.runId);
  if (changed === undefined || run === undefined) return false;
  return (await tables.hashOf(run, changed.events - 1)) === changed.hash;
}

async function writeAppends(
  tables: WriteTables,
  runs: ReadonlyMap<string, RunRow>,
  requests: readonly AppendRequest[],
): Promise<Tried> {
  const changed = new Map<string, EventColumns[]>();
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
  if (blobs.size > 0) await tables.insertBlobs([...blobs.values()]);
  for (const [runId, rows] of changed) {
    const before = runs.get(runId) as RunRow;
    await tables.insertEvents(before, rows);
    await tables.saveRun(latest.get(runId) as RunRow, before);
  }
  const [first] = changed.keys();
  return { outcomes, changed: first === undefined ? undefined : latest.get(first) };
}

/** Makes the rows of a request's events. @throws OrchestrationError `LOG_CONFLICT` when one of them does not fit. */
function extend(run: RunRow, { lease, events, expectedSeq }: AppendRequest): NewEvents {
  const { runId } = lease;
  if (run.events !== expectedSeq) throw conflict(runId, expectedSeq, run.events);
  const rows: EventColumns[] = [];
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
