// One writer for each run: a lease is taken, renewed, given back or lost, and its fence only ever rises.

import type { Lease } from "@terrace/core";
import { newRun, type RunRow } from "./run-row.js";
import { leaseLost, locked } from "./store-errors.js";
import type { WriteTables, WriteWork } from "./tables.js";

/** What `acquire` was called with. */
interface LeaseRequest {
  readonly runId: string;
  readonly owner: string;
  readonly now: number;
  readonly ttlMs: number;
}

/**
 * Makes the deed of a transaction that gives out a lease from `now` on, for `ttlMs`.
 *
 * In doubt the lease that it finds in this very name is replaced: whoever should hold that after all is refused by
 * its fence.
 *
 * @throws OrchestrationError `RUN_LOCKED`
 */
export function acquiring(request: LeaseRequest): WriteWork<Lease> {
  const { runId, owner, now, ttlMs } = request;
  let tried: number | undefined;
  return async (tables, isInDoubt) => {
    const known = (await tables.findRuns([runId])).get(runId);
    const run = known ?? newRun(runId);
    const isOwn = isInDoubt && run.fence === tried && run.owner === owner && run.ownerSince === now;
    if (!isOwn && run.owner !== null && run.expiresAt !== null && run.expiresAt > now) {
      throw locked(runId, run.owner, run.ownerSince ?? now, run.expiresAt);
    }
    tried = run.fence + 1;
    await tables.saveRun({ ...run, fence: tried, owner, ownerSince: now, expiresAt: now + ttlMs }, known);
    return { runId, fence: tried };
  };
}

/**
 * Extends a lease until `expiresAt`; one that holds for longer is left as it is, since renewals may arrive late.
 *
 * One that has run out is extended too, as long as nobody else was given one: the fence keeps others safe.
 *
 * @throws OrchestrationError `LEASE_LOST`
 */
export async function renewLease(tables: WriteTables, lease: Lease, expiresAt: number): Promise<void> {
  const run = held((await tables.findRuns([lease.runId])).get(lease.runId), lease);
  await tables.saveRun({ ...run, expiresAt: Math.max(run.expiresAt ?? 0, expiresAt) }, run);
}

/** Gives a lease back; nothing happens when it is not held any more. */
export async function releaseLease(tables: WriteTables, { runId, fence }: Lease): Promise<void> {
  const run = (await tables.findRuns([runId])).get(runId);
  if (run === undefined || run.owner === null || run.fence !== fence) return;
  await tables.saveRun({ ...run, owner: null, ownerSince: null, expiresAt: null }, run);
}

/** The run of a lease that is still held. @throws OrchestrationError `LEASE_LOST` */
export function held(run: RunRow | undefined, { runId, fence }: Lease): RunRow {
  if (run !== undefined && run.owner !== null && run.fence === fence) return run;
  const current = run === undefined ? null : { fence: run.fence, owner: run.owner, since: run.ownerSince };
  throw leaseLost(runId, fence, current);
}
