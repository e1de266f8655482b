import type { Purpose } from "@terrace/core";
import { taskOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import type { Task } from "../../../packages/core/src/plan/plan.js";
import { toBudgetData } from "../../../packages/core/src/run/budget.js";
import { boundOf, subgoalsOf } from "../../../packages/core/src/run/enclosing.js";

const task = (id: string, marks: Partial<Task> = {}): [string, { task: Task }] => [
  id,
  { task: { ...taskOf(id), plannedTier: "haiku", ...marks } },
];

/** A task outside, a subgoal with a task in it, and a subgoal within it with another. */
const tasks = new Map([
  task("out"),
  task("study", { subgoal: 0.5 }),
  task("study-find", { within: "study" }),
  task("study-deep", { within: "study", subgoal: 0.3 }),
  task("study-deep-look", { within: "study-deep" }),
]);

describe("a call is paid from the shares of", () => {
  test.each<[string, Purpose, string | null, readonly string[]]>([
    ["no subgoal, when it is for no task", "plan", null, []],
    ["no subgoal, when its task lies in none", "execute", "out", []],
    ["no subgoal, when nobody knows its task", "execute", "x", []],
    ["the subgoal that its task lies in", "review", "study-find", ["study"]],
    ["all that lie around it, the innermost first", "execute", "study-deep-look", ["study-deep", "study"]],
    ["the subgoal that it plans", "plan", "study", ["study"]],
    ["the subgoal that it plans, and those around", "plan", "study-deep", ["study-deep", "study"]],
    ["those around only, when a revision is planned for its task", "plan", "study-find", ["study"]],
    ["those around only, when somebody else works at a subgoal", "classify", "study-deep", ["study"]],
  ])("%s", (_, purpose, taskId, subgoals) => {
    expect(subgoalsOf({ tasks }, { purpose, taskId })).toEqual(subgoals);
  });
});

describe("a subgoal may spend", () => {
  const budget = toBudgetData({ hardUsd: 0.000101 });

  test.each([
    ["its share of the budget, in whole micro-dollars", "study", 50],
    ["its share of what the one around it may", "study-deep", 15],
    ["all, when it is none", "out", 101],
  ])("%s", (_, id, microUsd) => {
    expect(boundOf({ tasks, budget }, id)).toBe(microUsd);
  });

  test("whatever it takes, when no money bounds the run", () => {
    expect(boundOf({ tasks, budget: null }, "study")).toBeNull();
    expect(boundOf({ tasks, budget: toBudgetData({ maxEscalations: 1 }) }, "study")).toBeNull();
  });
});
