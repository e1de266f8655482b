import { holds, refused, same } from "./assertions.js";
import type { Cases } from "./case.js";
import { expectLog, leaseOf, logOf, NOW, TTL_MS, write } from "./samples.js";

const RUN = "run_1";
const LATER = NOW + TTL_MS;

/** What `acquire`, `renew` and `release` do. */
export const leasing: Cases = {
  "a lease names its run": async ({ store }) => {
    same((await leaseOf(store, RUN)).runId, RUN, "the run of the lease");
  },
  "a fence rises with every lease": async ({ store }) => {
    let last = Number.NEGATIVE_INFINITY;
    for (let round = 0; round < 20; round += 1) {
      const lease = await leaseOf(store, RUN);
      holds(lease.fence > last, `a fence above ${last}, got ${lease.fence}`);
      last = lease.fence;
      await store.release(lease);
    }
  },
  "a fence rises when a lease has run out": async ({ store }) => {
    const first = await store.acquire(RUN, "a", NOW, TTL_MS);
    const second = await store.acquire(RUN, "b", LATER, TTL_MS);
    holds(second.fence > first.fence, `a fence above ${first.fence}, got ${second.fence}`);
  },
  "a held run is locked": async ({ store }) => {
    await leaseOf(store, RUN);
    await refused(() => store.acquire(RUN, "b", NOW + 1, TTL_MS), "RUN_LOCKED");
  },
  "a held run is locked to its own owner too": async ({ store }) => {
    await leaseOf(store, RUN, "host:1");
    await refused(() => store.acquire(RUN, "host:1", NOW + 1, TTL_MS), "RUN_LOCKED");
  },
  "a locked run names its owner": async ({ store }) => {
    await store.acquire(RUN, "laptop:4711", NOW, TTL_MS);
    await refused(() => store.acquire(RUN, "b", NOW, TTL_MS), "RUN_LOCKED", [RUN, "laptop:4711"]);
  },
  "a locked run says since when": async ({ store }) => {
    await leaseOf(store, RUN);
    const since = new Date(NOW).toISOString();
    await refused(() => store.acquire(RUN, "b", NOW + 5_000, TTL_MS), "RUN_LOCKED", [since]);
  },
  "a refused lease changes nothing": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 1));
    await refused(() => store.acquire(RUN, "b", NOW, TTL_MS), "RUN_LOCKED");
    await store.append(lease, logOf(RUN, 2).slice(1), 1);
    await expectLog(store, RUN, logOf(RUN, 2));
  },
  "a lease holds until its last millisecond": async ({ store }) => {
    await leaseOf(store, RUN);
    await refused(() => store.acquire(RUN, "b", LATER - 1, TTL_MS), "RUN_LOCKED");
  },
  "a lease that has run out may be taken": async ({ store }) => {
    await leaseOf(store, RUN);
    same((await store.acquire(RUN, "b", LATER, TTL_MS)).runId, RUN, "the run of the lease");
  },
  "a lease stays held when the clock goes back": async ({ store }) => {
    await leaseOf(store, RUN);
    await refused(() => store.acquire(RUN, "b", NOW - 3_600_000, TTL_MS), "RUN_LOCKED");
  },
  "a renewed lease holds for longer": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    await store.renew(lease, LATER - 1, TTL_MS);
    await refused(() => store.acquire(RUN, "b", LATER, TTL_MS), "RUN_LOCKED");
    await refused(() => store.acquire(RUN, "b", LATER - 2 + TTL_MS, TTL_MS), "RUN_LOCKED");
  },
  "a renewed lease runs out in the end": async ({ store }) => {
    await store.renew(await leaseOf(store, RUN), NOW + 10, TTL_MS);
    await store.acquire(RUN, "b", NOW + 10 + TTL_MS, TTL_MS);
  },
  "a renewal that arrives late does not shorten the lease": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    await store.renew(lease, NOW + 100, TTL_MS);
    await store.renew(lease, NOW + 50, TTL_MS);
    await refused(() => store.acquire(RUN, "b", LATER + 99, TTL_MS), "RUN_LOCKED");
    await store.acquire(RUN, "b", LATER + 100, TTL_MS);
  },
  "a renewed lease keeps its owner and since when": async ({ store }) => {
    await store.renew(await store.acquire(RUN, "laptop:1", NOW, TTL_MS), NOW + 30_000, TTL_MS);
    const words = ["laptop:1", new Date(NOW).toISOString()];
    await refused(() => store.acquire(RUN, "b", NOW + 40_000, TTL_MS), "RUN_LOCKED", words);
  },
  "a lease that has run out can be renewed while nobody has taken it": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    await store.renew(lease, LATER + 5, TTL_MS);
    await refused(() => store.acquire(RUN, "b", LATER + 6, TTL_MS), "RUN_LOCKED");
  },
  "a lease that was taken cannot be renewed": async ({ store }) => {
    const lease = await leaseOf(store, RUN, "a");
    await store.acquire(RUN, "laptop:9", LATER, TTL_MS);
    await refused(() => store.renew(lease, LATER + 1, TTL_MS), "LEASE_LOST", [RUN, "laptop:9"]);
  },
  "a refused renewal leaves the new lease as it is": async ({ store }) => {
    const old = await leaseOf(store, RUN, "a");
    await store.acquire(RUN, "b", LATER, TTL_MS);
    await refused(() => store.renew(old, LATER, 10 * TTL_MS), "LEASE_LOST");
    await store.acquire(RUN, "c", LATER + TTL_MS, TTL_MS);
  },
  "a lease that was given back frees the run": async ({ store }) => {
    await store.release(await leaseOf(store, RUN));
    await store.acquire(RUN, "b", NOW, TTL_MS);
  },
  "a lease that was given back cannot be renewed": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    await store.release(lease);
    await refused(() => store.renew(lease, NOW, TTL_MS), "LEASE_LOST", [RUN]);
  },
  "giving a lease back twice does nothing": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    await store.release(lease);
    await store.release(lease);
    await store.acquire(RUN, "b", NOW, TTL_MS);
  },
  "giving back an old lease does not free the new one": async ({ store }) => {
    const old = await leaseOf(store, RUN, "a");
    await store.acquire(RUN, "b", LATER, TTL_MS);
    await store.release(old);
    await refused(() => store.acquire(RUN, "c", LATER, TTL_MS), "RUN_LOCKED", ["b"]);
  },
  "giving back a lease of an unknown run does nothing": async ({ store }) => {
    await store.release({ runId: "nobody", fence: 1 });
    await expectLog(store, "nobody", []);
  },
  "an old lease appends nothing": async ({ store }) => {
    const old = await write(store, logOf(RUN, 2));
    await store.acquire(RUN, "laptop:9", LATER, TTL_MS);
    const late = () => store.append(old, logOf(RUN, 3).slice(2), 2);
    await refused(late, "LEASE_LOST", [RUN, "laptop:9"]);
    await expectLog(store, RUN, logOf(RUN, 2));
  },
  "the new lease goes on where the old one stopped": async ({ store }) => {
    await write(store, logOf(RUN, 2));
    const lease = await store.acquire(RUN, "b", LATER, TTL_MS);
    await store.append(lease, logOf(RUN, 4).slice(2), 2);
    await expectLog(store, RUN, logOf(RUN, 4));
  },
  "an old lease appends nothing after the new one was given back": async ({ store }) => {
    const old = await write(store, logOf(RUN, 2));
    await store.release(await store.acquire(RUN, "b", LATER, TTL_MS));
    await refused(() => store.append(old, logOf(RUN, 3).slice(2), 2), "LEASE_LOST");
    await expectLog(store, RUN, logOf(RUN, 2));
  },
  "a lease that was given back appends nothing": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 2));
    await store.release(lease);
    await refused(() => store.append(lease, logOf(RUN, 3).slice(2), 2), "LEASE_LOST");
    await expectLog(store, RUN, logOf(RUN, 2));
  },
  "a fence that was never given out appends nothing": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 2));
    const made = { ...lease, fence: lease.fence + 1 };
    await refused(() => store.append(made, logOf(RUN, 3).slice(2), 2), "LEASE_LOST");
  },
  "a run without a lease takes no events": async ({ store }) => {
    await refused(() => store.append({ runId: RUN, fence: 1 }, logOf(RUN, 1), 0), "LEASE_LOST", [RUN]);
    await expectLog(store, RUN, []);
  },
  "the lease of one run writes no other": async ({ store }) => {
    const lease = await leaseOf(store, "run_1");
    await leaseOf(store, "run_2");
    await store.release(await store.acquire("run_2", "b", LATER, TTL_MS));
    const stolen = { ...lease, runId: "run_2" };
    await refused(() => store.append(stolen, logOf("run_2", 1), 0), "LEASE_LOST");
  },
  "a lost lease outweighs a wrong end": async ({ store }) => {
    const old = await write(store, logOf(RUN, 2));
    const lease = await store.acquire(RUN, "b", LATER, TTL_MS);
    await store.append(lease, logOf(RUN, 3).slice(2), 2);
    await refused(() => store.append(old, logOf(RUN, 3).slice(2), 2), "LEASE_LOST");
  },
  "the leases of two runs are their own": async ({ store }) => {
    await leaseOf(store, "run_1", "a");
    const lease = await leaseOf(store, "run_2", "b");
    await store.release(lease);
    await refused(() => store.acquire("run_1", "c", NOW, TTL_MS), "RUN_LOCKED", ["a"]);
  },
  "of twenty who ask at once one gets the lease": async ({ store }) => {
    const asked = Array.from({ length: 20 }, async (_, index) =>
      store.acquire(RUN, `p${index}`, NOW, TTL_MS),
    );
    const answers = await Promise.allSettled(asked);
    same(answers.filter(({ status }) => status === "fulfilled").length, 1, "the number of leases");
  },
};
