import { type CheckPlanOptions, checkPlan, defineTeam, type Plan, type PlanLimits } from "@terrace/core";
import { planOf, testTeam, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { DEFAULT_PLAN_LIMITS } from "../../../packages/core/src/plan/plan.js";

const check = (plan: unknown, limits: Partial<PlanLimits> = {}, options: CheckPlanOptions = {}) =>
  checkPlan(plan, testTeam, { ...DEFAULT_PLAN_LIMITS, ...limits }, options);

const issuesOf = (plan: unknown, limits: Partial<PlanLimits>, options: CheckPlanOptions) => {
  const checked = check(plan, limits, options);
  return checked.ok ? [] : checked.issues.map(({ code, message }) => `${code}: ${message}`);
};

describe("a role", () => {
  const team = defineTeam({
    models: { haiku: "h", sonnet: "s", opus: "o" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "sonnet", minTier: "sonnet", maxTier: "sonnet", errorCost: "high" } },
  });
  const settle = (plan: Plan) => checkPlan(plan, team, DEFAULT_PLAN_LIMITS);

  test("keeps its tasks between its lowest and its highest tier, and the change is noted", () => {
    const checked = settle(
      planOf({ a: { tier: "haiku", errorCost: "high" }, b: { tier: "opus", errorCost: "high" } }),
    );

    expect(checked).toMatchObject({
      plan: {
        tasks: [
          { id: "a", tier: "sonnet", plannedTier: "haiku" },
          { id: "b", tier: "sonnet", plannedTier: "opus" },
        ],
        changes: [
          {
            taskId: "a",
            field: "tier",
            from: "haiku",
            to: "sonnet",
            reason: 'Role "worker" runs from "sonnet" to "sonnet".',
          },
          {
            taskId: "b",
            field: "tier",
            from: "opus",
            to: "sonnet",
            reason: 'Role "worker" runs from "sonnet" to "sonnet".',
          },
        ],
      },
    });
  });

  test("that pins its error cost beats the plan", () => {
    const checked = settle(planOf({ a: { tier: "sonnet", errorCost: "low" } }));

    expect(checked).toMatchObject({
      plan: {
        tasks: [{ errorCost: "high" }],
        changes: [
          {
            taskId: "a",
            field: "errorCost",
            from: "low",
            to: "high",
            reason: 'Role "worker" pins its error cost.',
          },
        ],
      },
    });
  });
});

describe("too many tasks on the top tier", () => {
  const inflated = planOf({
    a: { tier: "opus", errorCost: "high" },
    b: { tier: "opus" },
    c: { tier: "opus" },
    d: { dependsOn: ["a", "b", "c"] },
  });

  test("are taken as they are when a person wrote them", () => {
    expect(check(inflated)).toMatchObject({ ok: true, plan: { changes: [] } });
  });

  test("are an issue when they are to be refused", () => {
    expect(issuesOf(inflated, {}, { tierCap: "refuse" })).toEqual([
      'PLAN_TIER_INFLATION: 3 of 4 tasks start at "opus" ("a", "b", "c"); at most 1 may. ' +
        'Start at "opus" only what a tier below cannot do.',
    ]);
  });

  test("are lowered by one tier, those with low error cost first, and the change is noted", () => {
    const reason = "At most 1 of 4 tasks may start at the top tier.";

    expect(check(inflated, {}, { tierCap: "lower" })).toMatchObject({
      plan: {
        tasks: [
          { id: "a", tier: "opus" },
          { id: "b", tier: "sonnet", plannedTier: "opus" },
          { id: "c", tier: "sonnet", plannedTier: "opus" },
          { id: "d", tier: "haiku" },
        ],
        changes: [
          { taskId: "b", field: "tier", from: "opus", to: "sonnet", reason },
          { taskId: "c", field: "tier", from: "opus", to: "sonnet", reason },
        ],
      },
    });
  });

  test("are refused with the names of the first ten", () => {
    expect(issuesOf(wide(12, { tier: "opus" }), {}, { tierCap: "refuse" })).toEqual([
      'PLAN_TIER_INFLATION: 12 of 12 tasks start at "opus" ' +
        '("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10"); at most 2 may. ' +
        'Start at "opus" only what a tier below cannot do.',
    ]);
  });

  test("are not lowered below what their role is pinned to: others are, although an error there is dear", () => {
    const pinned = defineTeam({
      models: { haiku: "h", sonnet: "s", opus: "o" },
      planner: { tier: "opus" },
      executors: { worker: { tier: "haiku" }, judge: { tier: "opus", minTier: "opus" } },
    });
    const plan = planOf({
      a: { role: "judge", tier: "opus" },
      b: { tier: "opus", errorCost: "high" },
      c: { tier: "opus", errorCost: "high" },
    });
    const checked = checkPlan(plan, pinned, DEFAULT_PLAN_LIMITS, { tierCap: "lower" });

    expect(checked).toMatchObject({
      plan: { tasks: [{ tier: "opus" }, { tier: "sonnet" }, { tier: "sonnet" }] },
    });
  });

  test("are none on a ladder of one tier", () => {
    const single = defineTeam({
      ladder: ["only"],
      models: { only: "m" },
      planner: { tier: "only" },
      executors: { worker: { tier: "only" } },
    });
    const plan = wide(3, { tier: "only" });

    expect(checkPlan(plan, single, DEFAULT_PLAN_LIMITS, { tierCap: "refuse" })).toMatchObject({ ok: true });
  });

  test("are as many as the share of all allows, one at least", () => {
    const half = { maxTopTierShare: 0.5 };

    expect(issuesOf(inflated, half, { tierCap: "refuse" })[0]).toContain("at most 2 may");
    expect(issuesOf(planOf({ a: { tier: "opus" } }), { maxTopTierShare: 0 }, { tierCap: "refuse" })).toEqual(
      [],
    );
  });
});

test("of many outputs that nobody uses the first ten are named, and the rest are counted", () => {
  expect(check(wide(13))).toMatchObject({
    plan: {
      warnings: [
        'PLAN_UNUSED_OUTPUT: nothing uses the output of "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10" ' +
          "and 2 more, and none of them is the answer.",
      ],
    },
  });
  expect(check(wide(11))).toMatchObject({
    plan: { warnings: [expect.stringMatching(/"t10", and none of them is the answer\.$/)] },
  });
});
