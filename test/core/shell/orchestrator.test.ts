import { createOrchestrator, defineTeam, type OrchestratorOptions, type Plan } from "@terrace/core";
import { chain, diamond, planOf, scriptedAgents, testTeam, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { complaintOf, issuesOf, launch } from "../support.js";

/** Options the compiler would refuse, as they come from plain JavaScript. */
const creating = (options: { readonly [name: string]: unknown }) => () =>
  createOrchestrator({ agents: scriptedAgents(), team: testTeam, ...options } as OrchestratorOptions);

const OPTIONS =
  '"agents", "team", "concurrency", "tierConcurrency", "batchConcurrency", "checkConcurrency", "outputs", "checks", "limits", ' +
  '"budget", "maxRuns", "store", "env", "secrets", "onListenerError", "owner", "leaseMs", "graceMs", "enforceInvariants", "learnFrom"';

describe("an orchestrator is refused", () => {
  test.each<[string, { readonly [name: string]: unknown }, string]>([
    ["without agents", { agents: undefined }, "Expected `agents`, got none. Pass `agents: claudeAgents()`."],
    [
      "without a team",
      { team: undefined },
      "Expected `team`, since these agents bring none of their own. Declare one with `defineTeam`.",
    ],
    [
      "with no slot",
      { concurrency: 0 },
      "Expected `concurrency` to be a whole number from 1 to 10000, got `0`.",
    ],
    [
      "with half a slot",
      { concurrency: 1.5 },
      "Expected `concurrency` to be a whole number from 1 to 10000, got `1.5`.",
    ],
    [
      "with slots without end",
      { concurrency: Number.POSITIVE_INFINITY },
      "Expected `concurrency` to be a whole number from 1 to 10000, got `Infinity`.",
    ],
    [
      "with no slot for checks",
      { checkConcurrency: 0 },
      "Expected `checkConcurrency` to be a whole number from 1 to 10000, got `0`.",
    ],
    [
      "with slots for no tier",
      { tierConcurrency: { mythos: 2 } },
      'Expected `tierConcurrency` to name tiers of the ladder ("haiku", "sonnet", "opus"), got `"mythos"`.',
    ],
    [
      "with no slot for a tier",
      { tierConcurrency: { opus: 0 } },
      "Expected `tierConcurrency.opus` to be a whole number from 1 to 10000, got `0`.",
    ],
    [
      "with a lease of no time",
      { leaseMs: 0 },
      "Expected `leaseMs` to be a whole number from 1 to 3600000, got `0`.",
    ],
    [
      "with less than no grace",
      { graceMs: -1 },
      "Expected `graceMs` to be a whole number from 0 to 3600000, got `-1`.",
    ],
    [
      "with an owner that has no name",
      { owner: "" },
      "Expected `owner` to name a process, got an empty text.",
    ],
    [
      "with checks for no role",
      { checks: { analyst: [] } },
      'Expected `checks` to name roles ("worker", "researcher", "writer"), got `"analyst"`.',
    ],
    [
      "with outputs for no role",
      { outputs: { analyst: z.string() } },
      'Expected `outputs` to name roles ("worker", "researcher", "writer"), got `"analyst"`.',
    ],
    [
      "with a limit that is none",
      { limits: { maxTasks: 0 } },
      "Expected `limits.maxTasks` to be valid (Too small: expected number to be >=1), got `0`.",
    ],
    [
      "with a misspelt option",
      { concurency: 4 },
      `Expected the options to be ${OPTIONS}, got \`"concurency"\`. Remove it, or correct its spelling.`,
    ],
  ])("%s", (_, options, issue) => {
    expect(issuesOf(creating(options))).toEqual([issue]);
  });

  test("with everything that is wrong, at once", () => {
    expect(issuesOf(creating({ concurrency: 0, checkConcurrency: 0 }))).toHaveLength(2);
    expect(creating({ concurrency: 0 })).toThrow(expect.objectContaining({ code: "OPTIONS_INVALID" }));
  });
});

test("agents may bring a team of their own", async () => {
  const orchestrator = createOrchestrator({ agents: scriptedAgents({ defaultTeam: testTeam }) });

  expect(await orchestrator.submit(wide(1)).result()).toMatchObject({ answer: "t1 by haiku" });
});

describe("submitting", () => {
  const { submit } = createOrchestrator({ agents: scriptedAgents(), team: testTeam });

  test.each<[string, unknown, string]>([
    ["an empty goal", "  ", 'Expected a goal of 1 to 1000000 characters, or a plan, got `"  "`.'],
    [
      "a goal without end",
      "x".repeat(1_000_001),
      "Expected a goal of 1 to 1000000 characters, or a plan, got 1000001 characters.",
    ],
  ])("%s is refused", (_, goal, issue) => {
    expect(issuesOf(() => submit(goal as string))).toEqual([issue]);
  });

  test("a plan that does not stand is refused before anything starts", () => {
    const plan = planOf({ a: { dependsOn: ["b"] }, b: { dependsOn: ["a"] } });

    expect(issuesOf(() => submit(plan))).toEqual([
      'PLAN_CYCLE: The plan has a cycle: "a" → "b" → "a". A task may depend only on tasks that come before it.',
    ]);
    expect(() => submit(plan)).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
  });

  test("what is expected of a task that the plan does not hold is refused", () => {
    expect(issuesOf(() => submit(wide(2), { checks: { t3: [] }, outputs: { t4: z.string() } }))).toEqual([
      'Expected `outputs` to name tasks ("t1", "t2"), got `"t4"`.',
      'Expected `checks` to name tasks ("t1", "t2"), got `"t3"`.',
    ]);
  });

  test("several plans gives several runs that know nothing of each other", async () => {
    const [first, second] = [submit(planOf({ a: {} })), submit(planOf({ b: {} }))];

    expect(await first.result()).toMatchObject({ outputs: { a: "a by haiku" } });
    expect(await second.result()).toMatchObject({ outputs: { b: "b by haiku" } });
    expect(first.id).not.toBe(second.id);
  });
});

describe("planning first", () => {
  const planning = (plan: unknown) => {
    const agents = scriptedAgents({ plan });
    return { agents, orchestrator: createOrchestrator({ agents, team: testTeam }) };
  };

  test("brings a checked plan, and runs nothing of it", async () => {
    const { orchestrator, agents } = planning(diamond());
    const plan = await orchestrator.plan("Build it.");

    expect(plan).toMatchObject({
      goal: "Build it.",
      answer: "bottom",
      tasks: [{ id: "top", plannedTier: "haiku" }, {}, {}, {}],
    });
    expect(agents.requests.execute).toEqual([]);
  });

  test("brings a plan that can be submitted as it is", async () => {
    const { orchestrator } = planning(diamond());
    const run = orchestrator.submit(await orchestrator.plan("Build it."));
    await run.result();

    expect(run.state.goal).toBe("Build it.");
    expect(run.log[0]).toMatchObject({ type: "run.submitted", plan: { answer: "bottom" } });
  });

  test("brings a plan that can be kept as JSON, edited and submitted", async () => {
    const { orchestrator } = planning(diamond());
    const kept = JSON.parse(JSON.stringify(await orchestrator.plan("Build it."))) as Plan;
    const edited = { ...kept, tasks: kept.tasks.map((task) => ({ ...task, tier: "sonnet" })) };

    expect(await orchestrator.submit(edited).result()).toMatchObject({ answer: "bottom by sonnet" });
  });

  test("brings a plan that is checked again when it was edited", async () => {
    const { orchestrator } = planning(diamond());
    const plan = await orchestrator.plan("Build it.");
    const edited = { ...plan, tasks: plan.tasks.map((task) => ({ ...task, dependsOn: ["bottom"] })) };

    expect(() => orchestrator.submit(edited)).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
  });

  test("brings a plan that is checked again when another team is to carry it out", async () => {
    const plan = await planning(diamond()).orchestrator.plan("Build it.");
    const team = defineTeam({
      ladder: ["only"],
      models: { only: "m" },
      planner: { tier: "only" },
      executors: { clerk: { tier: "only" } },
    });
    const other = createOrchestrator({ agents: scriptedAgents(), team });

    expect(() => other.submit(plan)).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
  });

  test("fails when the planner brings no plan that stands", async () => {
    const { orchestrator } = planning(wide(0));

    expect(await complaintOf(orchestrator.plan("Build it."))).toMatchObject({ code: "PLANNING_FAILED" });
  });
});

test("limits are those given, and the defaults beside them", () => {
  const issue = (plan: Plan, limits: OrchestratorOptions["limits"]) => () =>
    launch(plan, {}, { ...(limits && { limits }) });

  expect(issue(chain(3), { maxDepth: 2 })).toThrow("Expected chains of at most 2 tasks, got one of 3.");
  expect(issue(wide(101), { maxDepth: 2 })).toThrow("Expected at most 100 tasks");
});
