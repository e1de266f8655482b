import type { RunCursor, RunStore } from "../../ports/run-store.js";
import { same } from "./assertions.js";
import type { Cases } from "./case.js";
import { begin, eventOf, leaseOf, logOf, NOW, reasonOf, TTL_MS, write } from "./samples.js";

async function startAt(store: RunStore, runId: string, at: number): Promise<void> {
  await store.release(await write(store, [begin(runId, `goal of ${runId}`, at)]));
}

async function idsOf(store: RunStore, limit: number, after?: RunCursor): Promise<readonly string[]> {
  return (await store.list(limit, after)).map(({ runId }) => runId);
}

/** The ids of all runs, read in pages of at most so many. */
async function pagesOf(store: RunStore, limit: number): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let after: RunCursor | undefined; ; ) {
    const page = await store.list(limit, after);
    if (page.length === 0) return seen;
    seen.push(...page.map(({ runId }) => runId));
    after = page[page.length - 1];
  }
}

const newestFirst = (runs: number): readonly string[] =>
  Array.from({ length: runs }, (_, index) => `run_${runs - 1 - index}`);

/** What `list` does. */
export const listing: Cases = {
  "an empty store lists nothing": async ({ store }) => {
    same(await store.list(10), [], "the list");
  },
  "a run that was leased and not written is not listed": async ({ store }) => {
    await leaseOf(store, "run_1");
    same(await store.list(10), [], "the list");
  },
  "a run is listed with everything that is known of it": async ({ store }) => {
    const log = [begin("run_1", "Write an essay.", NOW), reasonOf("run_1", 1, "no")];
    await store.release(await write(store, log));
    const [summary] = await store.list(10);
    same(summary?.runId, "run_1", "the id");
    same(summary?.goal, "Write an essay.", "the goal");
    same(summary?.events, 2, "the number of events");
    same(summary?.lastRunEvent, "run.submitted", "the last event of the run");
    same(summary?.startedAt, NOW, "the start");
    same(summary?.updatedAt, NOW + 1, "the last change");
    same(summary?.owner, null, "the owner");
  },
  "the last event of the run is named, whatever came after": async ({ store }) => {
    const paused = { type: "run.paused", reason: "person", message: "It waits.", tasks: [] } as const;
    await write(store, [begin("run_1"), eventOf("run_1", 1, paused), reasonOf("run_1", 2, "no")]);
    same((await store.list(1))[0]?.lastRunEvent, "run.paused", "the last event of the run");
  },
  "a later event of the run takes its place": async ({ store }) => {
    const lease = await write(store, [begin("run_1")]);
    await store.append(lease, [eventOf("run_1", 1, { type: "run.failed", reason: "no" })], 1);
    same((await store.list(1))[0]?.lastRunEvent, "run.failed", "the last event of the run");
  },
  "a summary follows its run": async ({ store }) => {
    const lease = await leaseOf(store, "run_1");
    for (const [seq, event] of logOf("run_1", 6).entries()) {
      await store.append(lease, [event], seq);
      const [summary] = await store.list(1);
      same([summary?.events, summary?.updatedAt], [seq + 1, NOW + seq], "events and last change");
    }
  },
  "the newest runs come first": async ({ store }) => {
    for (const [runId, at] of [
      ["b", 20],
      ["a", 10],
      ["c", 30],
    ] as const)
      await startAt(store, runId, NOW + at);
    same(await idsOf(store, 10), ["c", "b", "a"], "the order");
  },
  "the start counts, and not the last change": async ({ store }) => {
    const lease = await write(store, [begin("old", "old", NOW)]);
    await startAt(store, "new", NOW + 10);
    await store.append(lease, [eventOf("old", 1, { type: "run.resumed", by: "a" }, NOW + 99)], 1);
    same(await idsOf(store, 10), ["new", "old"], "the order");
  },
  "of runs that started at once the last added comes first": async ({ store }) => {
    for (const runId of ["a", "b", "c"]) await startAt(store, runId, NOW);
    same(await idsOf(store, 10), ["c", "b", "a"], "the order");
  },
  "no more than the limit are listed": async ({ store }) => {
    for (let index = 0; index < 5; index += 1) await startAt(store, `run_${index}`, NOW + index);
    same(await idsOf(store, 2), ["run_4", "run_3"], "the list");
  },
  "a limit of none lists none": async ({ store }) => {
    await startAt(store, "run_1", NOW);
    same(await store.list(0), [], "the list");
  },
  "only runs that started before a time are listed": async ({ store }) => {
    for (let index = 0; index < 4; index += 1) await startAt(store, `run_${index}`, NOW + index);
    same(await idsOf(store, 10, { startedAt: NOW + 2 }), ["run_1", "run_0"], "the list");
  },
  "a list is read in pages": async ({ store }) => {
    for (let index = 0; index < 23; index += 1) await startAt(store, `run_${index}`, NOW + index);
    same(await pagesOf(store, 5), newestFirst(23), "all pages");
  },
  "pages hold each run once, however many started at once": async ({ store }) => {
    for (let index = 0; index < 23; index += 1)
      await startAt(store, `run_${index}`, NOW + Math.floor(index / 9));
    for (const limit of [1, 4, 9]) same(await pagesOf(store, limit), newestFirst(23), "all pages");
  },
  "a page goes on in its place although runs were added since": async ({ store }) => {
    for (let index = 0; index < 4; index += 1) await startAt(store, `run_${index}`, NOW);
    const [, last] = await store.list(2);
    await startAt(store, "run_4", NOW);
    await startAt(store, "run_5", NOW + 1);
    same(await idsOf(store, 10, last), ["run_1", "run_0"], "the second page");
  },
  "after a run that is not kept come those that started before it": async ({ store }) => {
    for (let index = 0; index < 3; index += 1) await startAt(store, `run_${index}`, NOW + index);
    same(await idsOf(store, 10, { startedAt: NOW + 2, runId: "gone" }), ["run_1", "run_0"], "the list");
  },
  "the owner of a held run is named": async ({ store }) => {
    await store.append(await leaseOf(store, "run_1", "laptop:1"), [begin("run_1")], 0);
    same((await store.list(1))[0]?.owner, { name: "laptop:1", since: NOW }, "the owner");
  },
  "a run whose lease was given back has no owner": async ({ store }) => {
    await store.release(await write(store, [begin("run_1")]));
    same((await store.list(1))[0]?.owner, null, "the owner");
  },
  "a run whose lease has run out has no owner": async ({ store }) => {
    const lease = await store.acquire("run_1", "a", NOW - 2 * TTL_MS, TTL_MS);
    await store.append(lease, [begin("run_1")], 0);
    // A store that learns the time from what it is told hears it here.
    await leaseOf(store, "run_2");
    same((await store.list(1))[0]?.owner, null, "the owner");
  },
  "a goal of a megabyte is listed whole": async ({ store }) => {
    const goal = "é".repeat(1_048_576);
    await write(store, [begin("run_1", goal)]);
    same((await store.list(1))[0]?.goal, goal, "the goal");
  },
};
