import { planOf, type TaskSketch, taskOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { nested } from "../../../packages/core/src/plan/nest.js";
import type { Task } from "../../../packages/core/src/plan/plan.js";

const subgoal: Task = {
  ...taskOf("study", {
    subgoal: 0.5,
    dependsOn: ["brief", "both"],
    criteria: ["It is whole.", "It is short."],
  }),
  plannedTier: "haiku",
};

/** The plan of the subgoal in which one task comes before the answer. */
const nest = (first: TaskSketch = {}, last: TaskSketch = {}) =>
  nested(subgoal, planOf({ first, last })).tasks;

test("a plan that is nested has the subgoal's id before each of its own, and its answer too", () => {
  const plan = planOf({ first: {}, last: { dependsOn: ["first"] } });

  expect(nested(subgoal, plan)).toEqual({
    tasks: [
      { ...taskOf("first"), id: "study-first" },
      {
        ...taskOf("last"),
        id: "study-last",
        dependsOn: ["study-first"],
        criteria: ["It is whole.", "It is short."],
      },
    ],
    answer: "study-last",
  });
});

describe("what a task in it depends on", () => {
  test.each([
    ["a task of the plan, under its new name", "first", "study-first"],
    ["what the subgoal works from, under the name it has", "brief", "brief"],
    [
      "what lies outside otherwise, as if it were of the plan, so that it is found missing",
      "essay",
      "study-essay",
    ],
  ])("is %s", (_, dependency, expected) => {
    expect(nest({}, { dependsOn: [dependency] })[1]?.dependsOn).toEqual([expected]);
  });

  test("is a task of the plan when the subgoal works from one of that name", () => {
    const { tasks } = nested(subgoal, planOf({ both: {}, last: { dependsOn: ["both"], forEach: "both" } }));

    expect(tasks[1]).toMatchObject({ dependsOn: ["study-both"], forEach: "study-both" });
  });
});

test("a list that the subgoal works from keeps its name", () => {
  expect(nest({ dependsOn: ["brief"], forEach: "brief" })[0]).toMatchObject({ forEach: "brief" });
  expect(nest()[0]).not.toHaveProperty("forEach");
});

test("the answer must meet what the subgoal must, each criterion once; other tasks need not", () => {
  const [first, last] = nest({ criteria: ["It is there."] }, { criteria: ["It is short.", "It is fair."] });

  expect(first?.criteria).toEqual(["It is there."]);
  expect(last?.criteria).toEqual(["It is short.", "It is fair.", "It is whole."]);
});
