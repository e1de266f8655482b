import type { RunStore } from "../../ports/run-store.js";
import { holds, same } from "./assertions.js";
import type { Body, Cases } from "./case.js";
import { NOW, reasonOf, TTL_MS } from "./samples.js";

/** What an older version wrote. */
export interface OlderStore<Store extends RunStore> {
  /** Such as `1`. */
  readonly version: string;
  /** Opens a copy of it with this version; the same copy every time until a case ends. */
  readonly open: () => Promise<Store>;
  /** What it holds: the number of events of each run, by id. */
  readonly runs: { readonly [runId: string]: number };
}

/** What older versions wrote is read, continued and listed. */
export function upgrading(older: readonly OlderStore<RunStore>[]): Cases {
  return Object.fromEntries(
    older.flatMap((each) => [
      [`the runs of version ${each.version} are read`, isRead(each)],
      [`the runs of version ${each.version} are listed`, isListed(each)],
      [`a run of version ${each.version} goes on`, goesOn(each)],
      [`a new run fits in with those of version ${each.version}`, takesNew(each)],
    ]),
  );
}

function isRead({ open, runs }: OlderStore<RunStore>): Body {
  return async ({ keep }) => {
    const store = await open();
    keep(store);
    for (const [runId, length] of Object.entries(runs)) {
      const log = await store.read(runId);
      same(
        log.map(({ seq }) => seq),
        Array.from({ length }, (_, seq) => seq),
        `the log of "${runId}"`,
      );
      holds(
        log.every((event) => event.runId === runId),
        `every event to be of "${runId}"`,
      );
    }
  };
}

function isListed({ open, runs }: OlderStore<RunStore>): Body {
  return async ({ keep }) => {
    const store = await open();
    keep(store);
    const listed = (await store.list(1_000)).map(({ runId, events }) => [runId, events]);
    same(Object.fromEntries(listed.sort()), Object.fromEntries(Object.entries(runs).sort()), "the list");
  };
}

function goesOn({ open, runs }: OlderStore<RunStore>): Body {
  return async ({ keep }) => {
    const store = await open();
    keep(store);
    for (const [runId, length] of Object.entries(runs)) {
      // Far later than any lease that the older version may have left.
      const lease = await store.acquire(runId, "new:1", 10 * NOW, TTL_MS);
      const before = await store.read(runId);
      const next = reasonOf(runId, length, "later");
      await store.append(lease, [next], length);
      same(await store.read(runId), [...before, next], `the log of "${runId}"`);
    }
  };
}

function takesNew({ open, runs }: OlderStore<RunStore>): Body {
  return async ({ keep }) => {
    const store = await open();
    keep(store);
    const lease = await store.acquire("run_new", "new:1", NOW, TTL_MS);
    await store.append(lease, [reasonOf("run_new", 0, "new")], 0);
    same((await store.read("run_new")).length, 1, "the length of the new run");
    for (const [runId, length] of Object.entries(runs)) {
      same((await store.read(runId)).length, length, `the length of "${runId}"`);
    }
  };
}
