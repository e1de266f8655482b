// Plans of a size that nobody should build anything from: rows P09–P11. And what resuming leaves alone: P34.
import { DEFAULT_LADDER } from "@terrace/core";
import { chain, eventsOf, fault, planOf, taskOf, typesOf } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { atRest, failureOf, launch } from "../core/support.js";

/** How long a run thinks about what its planner proposed, at its longest, and by how much the heap grows meanwhile. */
async function weigh(plan: unknown, limits = {}) {
  const { run, agents } = launch("Anything.", { plan: { outcome: "ok", value: plan } }, { limits });
  let since = 0;
  let longest = 0;
  run.on("plan.proposed", () => {
    since = performance.now();
  });
  run.on("plan.rejected", () => {
    longest = Math.max(longest, performance.now() - since);
  });
  const before = process.memoryUsage().heapUsed;
  await atRest(run);
  const grownBy = process.memoryUsage().heapUsed - before;
  return { run, agents, longest, grownBy };
}

const MEGABYTE = 1024 * 1024;

test("[P09] a plan of 10,000 whole tasks is refused within 50 ms and 20 MB", async () => {
  const tasks = Array.from({ length: 10_000 }, (_, index) => taskOf(`t${index}`));
  const { run, agents, longest, grownBy } = await weigh({ tasks, answer: "t0" });

  expect(run.state.ending).toContain("PLAN_TOO_LARGE: Expected at most 100 tasks, got 10000 or more.");
  expect(agents.requests.execute).toEqual([]);
  expect(longest).toBeLessThan(50);
  expect(grownBy).toBeLessThan(20 * MEGABYTE);
});

test("[P10] 2,000 tasks that each need all 2,000 are refused by the count of their edges, within 50 ms and 20 MB", async () => {
  const ids = Array.from({ length: 2_000 }, (_, index) => `t${index}`);
  const tasks = ids.map((id) => taskOf(id, { dependsOn: ids }));
  const { run, longest, grownBy } = await weigh({ tasks, answer: "t0" }, { maxTasks: 2_000 });

  expect(run.state.ending).toContain("PLAN_TOO_LARGE: Expected at most 1000 dependencies, got 2000 or more.");
  expect(longest).toBeLessThan(50);
  expect(grownBy).toBeLessThan(20 * MEGABYTE);
});

test("[P11] a chain of 1,000 is refused for its length; where that is allowed it runs to its end", async () => {
  const limits = { maxTasks: 1_000 };
  const { run } = await weigh(chain(1_000), limits);
  const allowed = launch("Anything.", { plan: chain(1_000) }, { limits: { ...limits, maxDepth: 1_000 } });

  expect(run.state.ending).toContain("PLAN_TOO_DEEP: Expected chains of at most 20 tasks, got one of 1000.");
  expect((await allowed.run.result()).answer).toBe("t1000 by haiku");
});

test("[P26] however a plan starts, what it planned and what was made of it both stand in the log", async () => {
  const { run } = launch("Anything.", {
    plan: planOf({ a: { role: "writer", tier: "haiku" }, b: { tier: "haiku", dependsOn: ["a"] } }),
  });
  await run.result();
  const [accepted] = eventsOf(run.log, "plan.accepted");

  expect(accepted?.tasks.map(({ plannedTier }) => plannedTier)).toEqual(["haiku", "haiku"]);
  for (const { tier } of accepted?.tasks ?? []) expect(DEFAULT_LADDER).toContain(tier);
});

test("[P34] a run that is resumed plans nothing anew, whatever the planner would say by then", async () => {
  const denied = fault("transport", { scope: "run", retryable: false, pause: "auth" });
  const { run, agents } = launch("Anything.", {
    plan: [planOf({ a: {}, b: { dependsOn: ["a"] } }), planOf({ other: {} })],
    execute: {
      b: [
        denied,
        { outcome: "ok", value: { output: "b", confidence: "high", because: "So.", unverified: [] } },
      ],
    },
  });
  await failureOf(run.result());
  await run.resume();
  const { outputs } = await run.result();

  expect(Object.keys(outputs)).toEqual(["a", "b"]);
  expect(agents.requests.plan).toHaveLength(1);
  expect(typesOf(run.log).filter((type) => type === "plan.accepted")).toHaveLength(1);
});
