import { holds, refused, same } from "./assertions.js";
import type { Cases } from "./case.js";
import { begin, expectLog, leaseOf, logOf, NOW, outputOf, reasonOf, TTL_MS, write } from "./samples.js";

const RUN = "run_1";
const LATER = NOW + TTL_MS;

/** What is left when a process ends and another begins. */
export const restarting: Cases = {
  "a log is there after a restart": async ({ store, reopen }) => {
    await write(store, logOf(RUN, 30));
    await expectLog(await reopen(), RUN, logOf(RUN, 30));
  },
  "a log is there after five restarts": async ({ store, reopen }) => {
    await write(store, logOf(RUN, 30));
    let last = store;
    for (let round = 0; round < 5; round += 1) last = await reopen();
    await expectLog(last, RUN, logOf(RUN, 30));
  },
  "large and hostile values are there after a restart": async ({ store, reopen }) => {
    const log = [
      begin(RUN, "\u0000\ud800"),
      outputOf(RUN, 1, "x".repeat(200_000)),
      reasonOf(RUN, 2, "\udc00'\u2028"),
    ];
    await write(store, log);
    await expectLog(await reopen(), RUN, log);
  },
  "an empty store is empty after a restart": async ({ reopen }) => {
    same(await (await reopen()).list(10), [], "the list");
  },
  "a run that was never written is unknown after a restart": async ({ store, reopen }) => {
    await leaseOf(store, RUN);
    await expectLog(await reopen(), RUN, []);
  },
  "a lease outlives its process": async ({ store, reopen }) => {
    await store.acquire(RUN, "laptop:1", NOW, TTL_MS);
    const again = await reopen();
    await refused(() => again.acquire(RUN, "b", NOW + 1, TTL_MS), "RUN_LOCKED", ["laptop:1"]);
  },
  "a lease that was given back stays given back": async ({ store, reopen }) => {
    await store.release(await write(store, logOf(RUN, 2)));
    await leaseOf(await reopen(), RUN);
  },
  "a lease goes on in the next process": async ({ store, reopen }) => {
    const lease = await write(store, logOf(RUN, 2));
    const again = await reopen();
    await again.renew(lease, NOW + 5, TTL_MS);
    await again.append(lease, logOf(RUN, 4).slice(2), 2);
    await expectLog(again, RUN, logOf(RUN, 4));
  },
  "a fence goes on rising after a restart": async ({ store, reopen }) => {
    const first = await leaseOf(store, RUN);
    await store.release(first);
    const second = await leaseOf(await reopen(), RUN);
    holds(second.fence > first.fence, `a fence above ${first.fence}, got ${second.fence}`);
  },
  "a lease from before a restart is lost when it was taken since": async ({ store, reopen }) => {
    const old = await write(store, logOf(RUN, 2));
    const again = await reopen();
    await again.acquire(RUN, "b", LATER, TTL_MS);
    await refused(() => again.append(old, logOf(RUN, 3).slice(2), 2), "LEASE_LOST", ["b"]);
  },
  "a log goes on after a restart": async ({ store, reopen }) => {
    await store.release(await write(store, logOf(RUN, 5)));
    const again = await reopen();
    await again.append(await leaseOf(again, RUN), logOf(RUN, 9).slice(5), 5);
    await expectLog(again, RUN, logOf(RUN, 9));
  },
  "a log that goes on over many restarts is one log": async ({ store, reopen }) => {
    const log = logOf(RUN, 8);
    let current = store;
    for (const [seq, event] of log.entries()) {
      const lease = await leaseOf(current, RUN);
      await current.append(lease, [event], seq);
      await current.release(lease);
      current = await reopen();
    }
    await expectLog(current, RUN, log);
  },
  "a wrong end is refused after a restart": async ({ store, reopen }) => {
    const lease = await write(store, logOf(RUN, 5));
    const again = await reopen();
    await refused(() => again.append(lease, logOf(RUN, 4).slice(3), 3), "LOG_CONFLICT");
    await expectLog(again, RUN, logOf(RUN, 5));
  },
  "the list is the same after a restart": async ({ store, reopen }) => {
    for (const runId of ["a", "b", "c"]) await write(store, logOf(runId, 3));
    const before = await store.list(10);
    same(await (await reopen()).list(10), before, "the list");
  },
};
