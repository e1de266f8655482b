// A connection that breaks while something is committed, so that nobody knows whether it was.
import { checkInvariants, createOrchestrator, type RunEvent } from "@terrace/core";
import { scriptedAgents, testTeam, wide } from "@terrace/core/testing";
import type { PostgresStore } from "@terrace/store/postgres";
import { describe, expect, test } from "vitest";
import { logOf } from "../../../packages/core/src/testing/run-store-contract/samples.js";
import { NOW } from "../files.js";
import { type Break, lossyLine } from "./lossy-line.js";
import { type FaultyStore, faultyStore, newSchema } from "./stores.js";

/** A store over a line that breaks as it is told, once for each word, and one over a line that holds. */
async function stores(
  fates: Break[] = [],
): Promise<{ lossy: FaultyStore; sound: FaultyStore; fates: Break[] }> {
  const schema = newSchema();
  const sound = faultyStore(schema);
  // The tables are there before a line breaks.
  await sound.list(1);
  const url = await lossyLine(() => fates.shift() ?? "not");
  return { lossy: faultyStore(schema, { url }), sound, fates };
}

async function closed(...all: readonly PostgresStore[]): Promise<void> {
  await Promise.all(all.map((store) => store.close()));
}

const take = (store: PostgresStore, owner = "host:1", now = NOW) =>
  store.acquire("run_1", owner, now, 60_000);

describe.each([
  ["was not made", "asking"],
  ["was made", "answering"],
] as const)("when a commit %s and the connection breaks", (_, fate) => {
  test("an append stands once, and the next one follows it", async () => {
    const { lossy, sound, fates } = await stores();
    const lease = await take(lossy);
    fates.push(fate, fate);
    await Promise.all(logOf("run_1", 6).map((event, seq) => lossy.append(lease, [event], seq)));
    await lossy.append(lease, logOf("run_1", 9).slice(6), 6);

    expect(fates).toEqual([]);
    expect(await sound.read("run_1")).toEqual(logOf("run_1", 9));
    await closed(lossy, sound);
  });

  test("what was refused stays refused, and what came with it stands", async () => {
    const { lossy, sound, fates } = await stores();
    const lease = await take(lossy);
    fates.push(fate);
    const answers = await Promise.allSettled([
      lossy.append(lease, logOf("run_1", 3), 0),
      lossy.append({ runId: "run_2", fence: 1 }, logOf("run_2", 3), 0),
    ]);

    expect(answers).toMatchObject([{ status: "fulfilled" }, { reason: { code: "LEASE_LOST" } }]);
    expect(await sound.read("run_1")).toEqual(logOf("run_1", 3));
    await closed(lossy, sound);
  });

  test("a lease is had, renewed and given back", async () => {
    const { lossy, sound, fates } = await stores();
    fates.push(fate);
    const lease = await take(lossy);
    fates.push(fate);
    await lossy.renew(lease, NOW, 60_000);
    await expect(take(sound, "host:2")).rejects.toMatchObject({ code: "RUN_LOCKED" });
    fates.push(fate);
    await lossy.release(lease);

    expect((await take(sound, "host:2")).fence).toBeGreaterThan(lease.fence);
    await closed(lossy, sound);
  });

  test("a lease that somebody else has taken meanwhile is not", async () => {
    const { lossy, sound, fates } = await stores();
    fates.push(fate);
    let other: Promise<unknown> | undefined;
    const slow = faultyStore(lossy.schema, {
      url: await lossyLine(() => {
        const how = other === undefined ? fate : "not";
        other ??= take(sound, "host:2", NOW + 60_000);
        return how;
      }),
      // Whoever lost the connection comes after the other.
      env: {
        after(_ms, action) {
          void other?.then(action);
          return () => {};
        },
      },
    });

    await expect(take(slow, "host:1", NOW)).rejects.toMatchObject({ code: "RUN_LOCKED" });
    await closed(slow, lossy, sound);
  });
});

test("an append that stands is found although another process has written since", async () => {
  const { sound, lossy } = await stores();
  const lease = await take(sound);
  let other: Promise<void> | undefined;
  const log = logOf("run_1", 5);
  const takeOver = async () => {
    // Waits until the lost append has ended at the server.
    const newer = await take(sound, "host:2", NOW + 60_000);
    await sound.append(newer, log.slice(3), 3);
  };
  const slow = faultyStore(lossy.schema, {
    url: await lossyLine(() => (other === undefined ? "answering" : "not")),
    env: {
      after(_ms, action) {
        other ??= takeOver();
        void other.then(action);
        return () => {};
      },
    },
  });
  await slow.append(lease, log.slice(0, 3), 0);

  expect(await sound.read("run_1")).toEqual(log);
  await expect(slow.append(lease, logOf("run_1", 6).slice(5), 5)).rejects.toMatchObject({
    code: "LEASE_LOST",
  });
  await closed(slow, lossy, sound);
});

test("[K29] a run whose every write loses its connection twice comes to its end, each event written once", async () => {
  const { sound, lossy } = await stores();
  const fates: Break[] = ["asking", "answering", "not"];
  let commits = 0;
  const url = await lossyLine(() => fates[commits++ % 3] ?? "not");
  const store = faultyStore(lossy.schema, { url, env: {} });
  const agents = scriptedAgents();
  const run = createOrchestrator({ agents, team: testTeam, store, concurrency: 2 }).submit(wide(4));
  await run.result();

  expect(commits).toBeGreaterThan(15);
  expect(agents.requests.execute.map(({ task }) => task.id).sort()).toEqual(["t1", "t2", "t3", "t4"]);
  const log: readonly RunEvent[] = await sound.read(run.id);
  expect(log).toEqual(run.log);
  expect(checkInvariants(log, { isOver: true })).toEqual([]);
  await closed(store, lossy, sound);
});
