// One writer for each run: a lease is taken, renewed, given back or lost, and its fence only ever rises.

import type { Transaction } from "@libsql/client";
import type { Lease } from "@terrace/core";
import { GENESIS } from "../chain.js";
import { leaseLost, locked } from "../store-errors.js";
import { type RunRow, saveRun, selectRuns, toRunRows } from "./run-row.js";

/** A run nobody has written yet. */
function newRun(runId: string): RunRow {
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

/** Gives out a lease from `now` on, for `ttlMs`. @throws OrchestrationError `RUN_LOCKED` */
export async function acquireLease(
  tx: Transaction,
  path: string,
  request: { readonly runId: string; readonly owner: string; readonly now: number; readonly ttlMs: number },
): Promise<Lease> {
  const { runId, owner, now, ttlMs } = request;
  const known = await findRun(tx, path, runId);
  const run = known ?? newRun(runId);
  if (run.owner !== null && run.expiresAt !== null && run.expiresAt > now) {
    throw locked(runId, run.owner, run.ownerSince ?? now, run.expiresAt);
  }
  const fence = run.fence + 1;
  await saveRun(tx, { ...run, fence, owner, ownerSince: now, expiresAt: now + ttlMs }, known);
  return { runId, fence };
}

/**
 * Extends a lease until `expiresAt`.
 *
 * One that has run out is extended too, as long as nobody else was given one: the fence keeps others safe.
 *
 * @throws OrchestrationError `LEASE_LOST`
 */
export async function renewLease(
  tx: Transaction,
  path: string,
  lease: Lease,
  expiresAt: number,
): Promise<void> {
  const run = held(await findRun(tx, path, lease.runId), lease);
  await saveRun(tx, { ...run, expiresAt }, run);
}

/** Gives a lease back; nothing happens when it is not held any more. */
export async function releaseLease(tx: Transaction, path: string, lease: Lease): Promise<void> {
  const run = await findRun(tx, path, lease.runId);
  if (run === undefined || run.owner === null || run.fence !== lease.fence) return;
  await saveRun(tx, { ...run, owner: null, ownerSince: null, expiresAt: null }, run);
}

/** The run of a lease that is still held. @throws OrchestrationError `LEASE_LOST` */
export function held(run: RunRow | undefined, { runId, fence }: Lease): RunRow {
  if (run !== undefined && run.owner !== null && run.fence === fence) return run;
  const current = run === undefined ? null : { fence: run.fence, owner: run.owner, since: run.ownerSince };
  throw leaseLost(runId, fence, current);
}

async function findRun(tx: Transaction, path: string, runId: string): Promise<RunRow | undefined> {
  return toRunRows(await tx.execute(selectRuns([runId])), path).get(runId);
}
