// What waits for what when there is much to do: tiers for their own slots alone, and a run for none of its listeners.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Agents, createOrchestrator, type RunEvent } from "@terrace/core";
import { settled, wide } from "@terrace/core/testing";
import { scriptedWorld, type World } from "@terrace/simulator";
import { expect, test } from "vitest";
import { begin, going, planFor, team } from "./whole-run.js";

/** Something that happens once. */
function moment() {
  let come = (): void => {};
  const came = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { come, came };
}

test("[B15] calls to Opus that do not end keep two slots, and Haiku's tasks all come to their end in the others", async () => {
  const opus = Array.from({ length: 6 }, (_, index) => [`o${index}`, { tier: "opus" }] as const);
  const haiku = Array.from({ length: 20 }, (_, index) => [`h${index}`, {}] as const);
  const haikuDone = moment();
  const script = scriptedWorld(going());
  const world: World = {
    async answer(request) {
      if (request.line === "opus") await haikuDone.came;
      return script.answer(request);
    },
  };
  const { run, simulator } = await begin(planFor(Object.fromEntries([...opus, ...haiku])), {
    world,
    concurrency: 4,
    tierConcurrency: { opus: 2 },
    latency: 5,
    // Every slot that is taken is a request that is seen.
    client: { warmFirst: false },
  });
  const accepted: string[] = [];
  run.on("task.accepted", ({ taskId }) => {
    accepted.push(taskId);
    if (accepted.length === haiku.length) haikuDone.come();
  });
  await run.result();

  expect(accepted.slice(0, haiku.length).sort()).toEqual(haiku.map(([id]) => id).sort());
  expect(accepted).toHaveLength(opus.length + haiku.length);
  // No slot stood free meanwhile: Haiku had the two that Opus may not have.
  expect(simulator.maxInFlight).toBe(4);
  expect(simulator.maxInFlightByModel).toMatchObject({ "claude-opus-5-5": 2 });
});

test("[K38] with 1, 3 or 16 slots every task is done, and each has the same output", async () => {
  const plan = planFor(
    Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => {
        const before = [index - 3, index - 5].filter((needed) => needed >= 0);
        return [`t${index}`, { dependsOn: before.map((needed) => `t${needed}`) }] as const;
      }),
    ),
  );
  const { review } = going();
  const reviewer = scriptedWorld({ review: review ?? {} });
  const world: World = {
    answer: (request) =>
      request.system.startsWith("You are the reviewer")
        ? reviewer.answer(request)
        : // The same words for the same request, whenever it comes; the inputs are part of it.
          { json: { output: request.hash, confidence: "high", because: "So it is.", unverified: [] } },
  };
  const results = [];
  for (const concurrency of [1, 3, 16]) {
    const { run, simulator } = await begin(plan, { world, concurrency, latency: 2 });
    const { outputs, census } = await run.result();
    expect(census).toMatchObject({ accepted: 12, attempts: 12 });
    expect(simulator.maxInFlight).toBeLessThanOrEqual(concurrency);
    results.push(outputs);
  }

  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test("[K22] a reader that takes one event and then nothing until the run is over keeps it from nothing, and misses nothing", async () => {
  const { run } = await begin(wide(20, { criteria: ["It is right."] }), { concurrency: 4 });
  const over = moment();
  const read = (async () => {
    const events: RunEvent[] = [];
    for await (const event of run) {
      events.push(event);
      await over.came;
    }
    return events;
  })();
  run.on("task.accepted", () => over.came);
  const { census } = await run.result();

  expect(census.accepted).toBe(20);
  over.come();
  expect(await read).toEqual(run.log);
});

test("[B16] a task that waits in line takes 2 KB at most: its state, its place and the event that licensed it", async () => {
  const TASKS = 5_000;
  const never = () => new Promise<never>(() => {});
  const agents: Agents = { plan: never, execute: never, review: never };
  const orchestrator = createOrchestrator({ agents, team, limits: { maxTasks: TASKS } });
  const plan = wide(TASKS);
  const before = heapInUse();
  const run = orchestrator.submit(plan);
  await settled();
  await settled();

  expect(run.log.filter(({ type }) => type === "attempt.queued")).toHaveLength(TASKS);
  expect((heapInUse() - before) / TASKS).toBeLessThanOrEqual(2_048);
});

/** Bytes that are still needed by somebody. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
