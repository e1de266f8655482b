import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator, definePlan, type OrchestratorOptions } from "@terrace/core";
import { type Faults, startSimulator, type World, type WorldAnswer } from "@terrace/simulator";
import { afterEach, describe, expect, test } from "vitest";
import { failureOf } from "../core/support.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const works: World = {
  answer: ({ system }) =>
    system.startsWith("You are the reviewer")
      ? { json: { criteria: [], problems: [], blame: "" } }
      : { json: { output: "done", confidence: "high", because: "It is simple.", unverified: [] } },
};

const tasks = (count: number) =>
  definePlan(claudeTeam, {
    goal: "Anything.",
    tasks: Array.from({ length: count }, (_, index) => ({
      id: `t${index}`,
      brief: `Do ${index}.`,
      role: "worker" as const,
    })),
  });

/** Real agents, the real SDK and real HTTP against a simulator with these faults. */
async function against(world: World, faults: Faults, options: Partial<OrchestratorOptions> = {}) {
  const simulator = await startSimulator({ world, faults, latency: 15 });
  closing.push(() => simulator.close());
  const client = new Anthropic({ apiKey: "none", baseURL: simulator.url });
  const agents = claudeAgents({ client });
  const team = { ...claudeTeam, reviewer: { ...claudeTeam.reviewer, auditShare: 0 } };
  return { simulator, orchestrator: createOrchestrator({ agents, team, concurrency: 8, ...options }) };
}

describe("[P35] a planner that stops for another reason than being done has planned nothing", () => {
  test.each(["pause_turn", "model_context_window_exceeded", "a_reason_of_tomorrow"])(
    "%s",
    async (stopReason) => {
      const plan: WorldAnswer = { json: { tasks: [], answer: "" }, stopReason };
      const { simulator, orchestrator } = await against({ answer: () => plan }, []);
      const error = await failureOf(orchestrator.submit("Anything.").result());

      expect(error.code).toBe("PLANNING_FAILED");
      expect(error.message).toMatch(/^Run ".*" failed: No plan after \d attempts?: /);
      expect(simulator.bill.requests).toBeLessThanOrEqual(2);
    },
  );
});

test("[A16] a storm in which every slot is refused at once costs one round of requests, and no herd follows", async () => {
  const storm: Faults = (_, n) => (n <= 8 ? { kind: "status", status: 429, retryAfterMs: 150 } : undefined);
  const { simulator, orchestrator } = await against(works, storm);
  const { census } = await orchestrator.submit(tasks(100)).result();

  expect(census.accepted).toBe(100);
  const needed = 2 * 100;
  expect(simulator.requests.length).toBeLessThanOrEqual(1.1 * needed);
  expect(census.escalated).toBe(0);
});

test("[A42] after the provider asked for patience a tier starts with one call, and opens as it succeeds", async () => {
  const atOnce: number[] = [];
  const counting: World = {
    answer(request) {
      atOnce.push(simulator.inFlight);
      return works.answer(request);
    },
  };
  const refusals: Faults = (_, n) =>
    n <= 8 ? { kind: "status", status: 429, retryAfterMs: 100 } : undefined;
  const { simulator, orchestrator } = await against(counting, refusals);
  await orchestrator.submit(tasks(40)).result();

  expect(atOnce[0]).toBe(1);
  expect(Math.max(...atOnce.slice(0, 2))).toBeLessThanOrEqual(2);
  expect(Math.max(...atOnce.slice(0, 5))).toBeLessThanOrEqual(4);
  expect(Math.max(...atOnce)).toBe(8);
});

test("[A08] a key that is refused stops every slot, and the run goes on when it is right", async () => {
  let isRight = false;
  const refusals: Faults = () => (isRight ? undefined : { kind: "status", status: 401 });
  const { simulator, orchestrator } = await against(works, refusals, { concurrency: 16 });
  const run = orchestrator.submit(tasks(60));
  const error = await failureOf(run.result());

  expect(error.message).toContain("is paused (auth)");
  expect(error.message).toContain("ANTHROPIC_API_KEY");
  expect(simulator.requests.length).toBeLessThanOrEqual(16);

  isRight = true;
  await run.resume();
  expect((await run.result()).census.accepted).toBe(60);
});

test("sixteen calls at once, and a thousand one after the other, make Node warn of no leak", async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): number => warnings.push(warning);
  process.on("warning", hear);
  const { orchestrator } = await against(works, [], { concurrency: 16, limits: { maxTasks: 500 } });
  await orchestrator.submit(tasks(500)).result();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);

  expect(warnings).toEqual([]);
});

test("[A13] a server that fails again and again escalates nothing, and pauses what it stalls", async () => {
  const { simulator, orchestrator } = await against(works, [
    { kind: "status", status: 500, retryAfterMs: 1 },
  ]);
  const run = orchestrator.submit(tasks(1));
  const error = await failureOf(run.result());

  expect(error.message).toContain("is paused (");
  expect(simulator.requests.length).toBe(4);
  expect(run.census.escalated).toBe(0);
});
