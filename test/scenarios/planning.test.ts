import { eventsOf, fault, planOf, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { complaintOf, launch } from "../core/support.js";

const EMPTY = "PLAN_EMPTY: Expected a plan of at least one task, got none. Return one task at least.";

describe("a goal", () => {
  test("is planned by the planner's tier, with the team and its limits, and then carried out", async () => {
    const { run, agents } = launch(
      "Compare two databases.",
      { plan: planOf({ a: {} }) },
      { limits: { maxTasks: 7 } },
    );

    expect(await run.result()).toMatchObject({ answer: "a by haiku" });
    expect(agents.requests.plan).toMatchObject([
      {
        goal: "Compare two databases.",
        route: { tier: "opus", model: "model-opus", effort: "medium" },
        team: { planner: { tier: "opus" }, executors: { worker: {}, researcher: {}, writer: {} } },
        limits: { maxTasks: 7 },
        attempt: 1,
        issues: [],
      },
    ]);
    expect(agents.requests.execute[0]).toMatchObject({
      goal: "Compare two databases.",
      instructions: "Work.",
    });
  });
});

describe("a plan that does not stand", () => {
  test("is repaired once, by a planner who is told everything that was wrong", async () => {
    const { run, agents } = launch("anything", { plan: [wide(0), planOf({ a: {} })] });
    await run.result();

    expect(agents.requests.plan.map(({ attempt, issues }) => [attempt, issues])).toEqual([
      [1, []],
      [2, [EMPTY]],
    ]);
    expect(eventsOf(run.log, "plan.rejected")).toMatchObject([{ attempt: 1, issues: [EMPTY] }]);
  });

  test("twice ends the run clearly, and no executor is asked anything", async () => {
    const { run, agents } = launch("anything", { plan: wide(0) });

    expect(await complaintOf(run.result())).toEqual({
      code: "PLANNING_FAILED",
      message:
        `Run "run_1" failed: The planner's plan does not stand after 2 attempts:\n${EMPTY} ` +
        "(0 of 0 tasks accepted, 0.000000 USD spent).",
    });
    expect(agents.requests.plan).toHaveLength(2);
    expect(agents.requests.execute).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["prose", "First, do a."],
    ["nothing", undefined],
    ["a list", []],
    ["a number", 7],
  ])("because it is %s is refused like any other", async (_, plan) => {
    const { run } = launch("anything", { plan: () => ({ outcome: "ok", value: plan }) });

    expect(await complaintOf(run.result())).toMatchObject({ code: "PLANNING_FAILED" });
  });
});

describe("a plan that puts everything on the top tier", () => {
  const inflated = planOf({
    a: { tier: "opus" },
    b: { tier: "opus" },
    c: { tier: "opus", errorCost: "high" },
  });

  test("is asked for again, and lowered when it comes again", async () => {
    const { run, agents } = launch("anything", { plan: inflated });
    await run.result();

    expect(agents.requests.plan[1]?.issues[0]).toMatch(/^PLAN_TIER_INFLATION: 3 of 3 tasks start at "opus"/);
    expect(run.state.plan?.tasks.map(({ tier, plannedTier }) => [tier, plannedTier])).toEqual([
      ["sonnet", "opus"],
      ["sonnet", "opus"],
      ["opus", "opus"],
    ]);
    expect(run.state.plan?.changes).toHaveLength(2);
  });

  test("is taken as it is when a person wrote it", async () => {
    const { run } = launch(inflated);

    expect(await run.result()).toMatchObject({ answer: "c by opus" });
    expect(run.state.plan?.changes).toEqual([]);
  });
});

describe("a planner", () => {
  test("who was cut off is told so, and asked once more", async () => {
    const { run, agents } = launch("anything", { plan: [fault("truncated"), planOf({ a: {} })] });
    await run.result();

    expect(agents.requests.plan.map(({ attempt, after }) => [attempt, after])).toEqual([
      [1, undefined],
      [2, "truncated"],
    ]);
  });

  test("who cannot be reached is asked again as the same attempt, and keeps the repair", async () => {
    const lost = fault("transport");
    const { run, agents } = launch("anything", { plan: [lost, wide(0), lost, planOf({ a: {} })] });
    await run.result();

    expect(agents.requests.plan.map(({ attempt, retry }) => [attempt, retry])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(agents.requests.plan[3]?.issues).toEqual([EMPTY]);
  });

  test("who throws has given no answer", async () => {
    const broken = () => {
      throw new Error("a bug");
    };
    const { run } = launch("anything", { plan: [broken, planOf({ a: {} })] });

    expect(await run.result()).toMatchObject({ status: "completed" });
    expect(eventsOf(run.log, "plan.failed")).toMatchObject([{ fault: { code: "AGENT_ERROR" } }]);
  });

  test("is asked nothing when the plan is handed in", async () => {
    const { run, agents } = launch({ ...planOf({ a: {} }), goal: "My own plan." });
    await run.result();

    expect(agents.requests.plan).toEqual([]);
    expect(run.state.goal).toBe("My own plan.");
    expect(agents.requests.execute[0]?.goal).toBe("My own plan.");
  });
});
