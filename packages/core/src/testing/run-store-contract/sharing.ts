import type { RunStore } from "../../ports/run-store.js";
import { holds, refused, same } from "./assertions.js";
import type { Cases } from "./case.js";
import { expectLog, leaseOf, logOf, NOW, TTL_MS, write } from "./samples.js";

const RUN = "run_1";
const LATER = NOW + TTL_MS;

async function writeOneByOne(store: RunStore, runId: string, length: number): Promise<void> {
  const lease = await leaseOf(store, runId);
  for (const [seq, event] of logOf(runId, length).entries()) await store.append(lease, [event], seq);
}

/** What two processes do to the same runs. */
export const sharing: Cases = {
  "one reads what the other has written": async ({ store, beside }) => {
    const other = await beside();
    await write(store, logOf(RUN, 6));
    await expectLog(other, RUN, logOf(RUN, 6));
  },
  "one lists what the other has written": async ({ store, beside }) => {
    const other = await beside();
    await store.append(await leaseOf(store, RUN, "laptop:1"), logOf(RUN, 6), 0);
    const [summary] = await other.list(10);
    same([summary?.runId, summary?.events, summary?.owner?.name], [RUN, 6, "laptop:1"], "the summary");
  },
  "a run held by one is locked to the other": async ({ store, beside }) => {
    const other = await beside();
    await store.acquire(RUN, "laptop:1", NOW, TTL_MS);
    await refused(() => other.acquire(RUN, "b", NOW, TTL_MS), "RUN_LOCKED", ["laptop:1"]);
  },
  "a run given back by one may be taken by the other": async ({ store, beside }) => {
    const other = await beside();
    await store.release(await write(store, logOf(RUN, 2)));
    await other.append(await leaseOf(other, RUN), logOf(RUN, 4).slice(2), 2);
    await expectLog(store, RUN, logOf(RUN, 4));
  },
  "a run renewed by one stays locked to the other": async ({ store, beside }) => {
    const other = await beside();
    await store.renew(await leaseOf(store, RUN), LATER - 1, TTL_MS);
    await refused(() => other.acquire(RUN, "b", LATER, TTL_MS), "RUN_LOCKED");
  },
  "who wakes up after the other took over appends nothing": async ({ store, beside }) => {
    const other = await beside();
    const old = await write(store, logOf(RUN, 2));
    const lease = await other.acquire(RUN, "laptop:2", LATER, TTL_MS);
    await other.append(lease, logOf(RUN, 3).slice(2), 2);
    await refused(() => store.append(old, logOf(RUN, 3).slice(2), 2), "LEASE_LOST", ["laptop:2"]);
    await refused(() => store.renew(old, LATER + 1, TTL_MS), "LEASE_LOST", ["laptop:2"]);
    await store.release(old);
    await other.append(lease, logOf(RUN, 4).slice(3), 3);
    await expectLog(store, RUN, logOf(RUN, 4));
  },
  "of both who ask at once one gets the lease": async ({ store, beside }) => {
    const other = await beside();
    for (let round = 0; round < 10; round += 1) {
      const asked = [store, other].map(async (each) => each.acquire(`run_${round}`, "x", NOW, TTL_MS));
      const answers = await Promise.allSettled(asked);
      same(answers.filter(({ status }) => status === "fulfilled").length, 1, "the number of leases");
    }
  },
  "both may write a run of their own at once": async ({ store, beside }) => {
    const other = await beside();
    await Promise.all([writeOneByOne(store, "run_1", 40), writeOneByOne(other, "run_2", 40)]);
    await expectLog(other, "run_1", logOf("run_1", 40));
    await expectLog(store, "run_2", logOf("run_2", 40));
  },
  "of both who append at once with the same lease one is refused": async ({ store, beside }) => {
    const other = await beside();
    const lease = await write(store, logOf(RUN, 2));
    const next = logOf(RUN, 3).slice(2);
    const asked = [store, other].map(async (each) => each.append(lease, next, 2));
    const answers = await Promise.allSettled(asked);
    same(answers.filter(({ status }) => status === "fulfilled").length, 1, "the number of appends");
    await expectLog(store, RUN, logOf(RUN, 3));
  },
  "a reader never sees half of what the other writes": async ({ store, beside }) => {
    const other = await beside();
    const lease = await leaseOf(store, RUN);
    const log = logOf(RUN, 90);
    const written = (async () => {
      for (let from = 0; from < 90; from += 9) await store.append(lease, log.slice(from, from + 9), from);
    })();
    for (let look = 0; look < 10; look += 1) {
      const { length } = await other.read(RUN);
      holds(length % 9 === 0, `whole batches of 9, got ${length} events`);
    }
    await written;
    await expectLog(other, RUN, log);
  },
  "fences rise over both": async ({ store, beside }) => {
    const other = await beside();
    let last = 0;
    for (const each of [store, other, other, store, other]) {
      const lease = await leaseOf(each, RUN);
      holds(lease.fence > last, `a fence above ${last}, got ${lease.fence}`);
      last = lease.fence;
      await each.release(lease);
    }
  },
};
