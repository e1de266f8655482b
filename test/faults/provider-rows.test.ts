import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator, definePlan, type OrchestratorOptions } from "@terrace/core";
import { type Faults, startSimulator, type World } from "@terrace/simulator";
import { afterEach, expect, test } from "vitest";
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

test("sixteen calls at once, and a thousand one after the other, make Node warn of no leak", {
  timeout: 60_000,
}, async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): number => warnings.push(warning);
  process.on("warning", hear);
  const { orchestrator } = await against(works, [], { concurrency: 16, limits: { maxTasks: 500 } });
  await orchestrator.submit(tasks(500)).result();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);

  expect(warnings).toEqual([]);
});
