import { checkPlan, type Plan, type PlanLimits } from "@terrace/core";
import { planOf, type TaskSketch, testTeam, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { DEFAULT_PLAN_LIMITS } from "../../../packages/core/src/plan/plan.js";

const GROWS = { maxItems: 100, maxNesting: 2 };

/** The issues of a plan, each with its code. */
const issuesOf = (plan: Plan, limits: Partial<PlanLimits> = GROWS) => {
  const checked = checkPlan(plan, testTeam, { ...DEFAULT_PLAN_LIMITS, ...limits });
  return checked.ok ? [] : checked.issues.map(({ code, message }) => `${code}: ${message}`);
};

const forEach = (sketch: TaskSketch = {}): { [id: string]: TaskSketch } => ({
  companies: {},
  facts: { dependsOn: ["companies"], forEach: "companies", ...sketch },
  report: { dependsOn: ["facts"] },
});

describe("a task that is done for each item", () => {
  test("stands, and says so in the accepted plan", () => {
    const checked = checkPlan(planOf(forEach()), testTeam, { ...DEFAULT_PLAN_LIMITS, ...GROWS });

    expect(checked.ok && checked.plan.tasks[1]).toEqual({
      ...planOf(forEach()).tasks[1],
      plannedTier: "haiku",
    });
  });

  test.each<[string, Plan, string]>([
    [
      "depends on its list",
      planOf(forEach({ dependsOn: [] })),
      'Task "facts" is to be done for each item of "companies", which is not in its dependsOn. Add it there.',
    ],
    [
      "does not give the answer",
      planOf({ ...forEach() }, "facts"),
      'Task "facts" is done for each item, so it cannot give the answer. Let the task that gathers give it.',
    ],
    [
      "is no subgoal",
      planOf(forEach({ subgoal: 0.5 })),
      'Task "facts" is both a subgoal and done for each item. Leave one of them out.',
    ],
    [
      "is gathered",
      planOf({ companies: {}, facts: { dependsOn: ["companies"], forEach: "companies" }, report: {} }),
      'Task "facts" is done for each item, so exactly one task gathers what comes of it. Expected one that depends on it, got none.',
    ],
    [
      "is gathered by one task",
      planOf({ ...forEach(), other: { dependsOn: ["facts"] } }),
      'Task "facts" is done for each item, so exactly one task gathers what comes of it. Expected one that depends on it, got "report", "other".',
    ],
    [
      "is gathered by a subgoal",
      planOf({ ...forEach(), report: { dependsOn: ["facts"], subgoal: 0.5 } }),
      'Task "facts" is gathered by "report", which is not done once by an executor. Put a task between them.',
    ],
    [
      "leaves its ids alone",
      planOf({ "facts-12": {}, ...forEach() }),
      'Task "facts-12" has an id that an item of "facts" may have. Give it another.',
    ],
  ])("%s", (_, plan, message) => {
    expect(issuesOf(plan)).toEqual([`PLAN_FOR_EACH: ${message}`]);
  });

  test("is not done over another such task, nor gathered by one", () => {
    const checks = { dependsOn: ["facts"], forEach: "facts" };
    const plan = planOf({ ...forEach(), checks, report: { dependsOn: ["checks"] } }, "report");

    expect(issuesOf(plan)).toEqual([
      'PLAN_FOR_EACH: Task "facts" is gathered by "checks", which is not done once by an executor. Put a task between them.',
      'PLAN_FOR_EACH: Task "checks" is to be done for each item of "facts", which has no output of its own: it is done for each item itself. Name the task that gathers.',
    ]);
  });

  test("leaves room in its id for the numbers of its items", () => {
    const plan = (length: number) => {
      const id = "f".repeat(length);
      return planOf({ list: {}, [id]: { dependsOn: ["list"], forEach: "list" }, all: { dependsOn: [id] } });
    };

    expect(issuesOf(plan(60))).toEqual([]);
    expect(issuesOf(plan(61))).toEqual([
      `PLAN_FOR_EACH: Task "${"f".repeat(61)}" is done for each item, so its id may have 60 characters, got 61. Shorten it.`,
    ]);
  });

  test("is refused unless items are allowed", () => {
    expect(issuesOf(planOf(forEach()), {})).toEqual([
      'PLAN_FOR_EACH: Task "facts" is to be done for each item, and no task may be. Raise `limits.maxItems`, or plan it as one task.',
    ]);
  });
});

describe("a subgoal", () => {
  test("stands with a share of what may be spent", () => {
    expect(issuesOf(planOf({ study: { subgoal: 1 } }))).toEqual([]);
    expect(issuesOf(planOf({ study: { subgoal: 0.7 }, survey: { subgoal: 0.3 } }))).toEqual([]);
  });

  test.each([0, -0.5, 1.1])("has a share above 0 and up to 1, not %d", (subgoal) => {
    expect(issuesOf(planOf({ study: { subgoal } }))).toHaveLength(1);
  });

  test("shares with the others no more than there is", () => {
    expect(issuesOf(planOf({ study: { subgoal: 0.7 }, survey: { subgoal: 0.4 } }))).toEqual([
      'PLAN_SUBGOAL: Expected the shares of "study", "survey" to come to at most 1, got 1.1. Lower them.',
    ]);
  });

  test("shares with those of its own level, and with no others", () => {
    const within = new Map([["study-deep", "study"]]);
    const plan = planOf({ study: { subgoal: 0.7 }, "study-deep": { subgoal: 0.7 } });
    const limits = { ...DEFAULT_PLAN_LIMITS, ...GROWS };

    expect(checkPlan(plan, testTeam, limits, { within }).ok).toBe(true);
    expect(checkPlan(plan, testTeam, limits).ok).toBe(false);
  });

  test("is named with the others as far as the tenth", () => {
    expect(issuesOf(wide(11, { subgoal: 0.1 }))).toEqual([
      'PLAN_SUBGOAL: Expected the shares of "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10" ' +
        "to come to at most 1, got 1.1. Lower them.",
    ]);
    expect(issuesOf(wide(10, { subgoal: 0.1 }))).toEqual([]);
  });

  test("is refused unless nesting is allowed", () => {
    expect(issuesOf(planOf({ study: { subgoal: 0.5 } }), {})).toEqual([
      'PLAN_SUBGOAL: Task "study" is a subgoal, and none may be. Raise `limits.maxNesting`, or plan it as tasks.',
    ]);
  });
});
