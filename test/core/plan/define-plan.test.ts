import { definePlan } from "@terrace/core";
import { testTeam } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { nearest } from "../../../packages/core/src/plan/nearest.js";
import { issuesOf } from "../support.js";

test("a task written by hand needs an id, a brief and a role", () => {
  const plan = definePlan(testTeam, { tasks: [{ id: "essay", brief: "Write it.", role: "writer" }] });

  expect(plan).toEqual({
    goal: "",
    tasks: [
      {
        id: "essay",
        title: "essay",
        brief: "Write it.",
        role: "writer",
        kind: "task",
        tier: "sonnet",
        tierReason: "Where its role starts.",
        errorCost: "low",
        criteria: [],
        dependsOn: [],
      },
    ],
    answer: "essay",
  });
});

test("what is stated is kept", () => {
  const task = {
    id: "essay",
    title: "Essay",
    brief: "Write it.",
    role: "writer",
    kind: "prose",
    tier: "opus",
    tierReason: "It is hard.",
    errorCost: "high",
    criteria: ["It is short."],
    dependsOn: ["facts"],
  } as const;
  const facts = { id: "facts", brief: "Find them.", role: "researcher" } as const;
  const plan = definePlan(testTeam, { goal: "Tell.", tasks: [task, facts], answer: "essay" });

  expect(plan).toMatchObject({
    goal: "Tell.",
    tasks: [task, { id: "facts", tier: "haiku" }],
    answer: "essay",
  });
});

test("a tier set by hand says so", () => {
  const plan = definePlan(testTeam, { tasks: [{ id: "a", brief: "Do it.", role: "worker", tier: "opus" }] });

  expect(plan.tasks[0]?.tierReason).toBe("Set by hand.");
});

test("the answer is the last task's unless it is stated", () => {
  const tasks = [
    { id: "a", brief: "Do it.", role: "worker" },
    { id: "b", brief: "Do it.", role: "worker" },
  ] as const;

  expect(definePlan(testTeam, { tasks }).answer).toBe("b");
  expect(definePlan(testTeam, { tasks, answer: "a" }).answer).toBe("a");
});

test.each(["analyst", "constructor"])("a role that is not declared is refused: %s", (role) => {
  const tasks = [{ id: "a", brief: "Do it.", role: role as "worker" }];

  expect(issuesOf(() => definePlan(testTeam, { tasks }))).toEqual([
    `Task "a" asks for role "${role}", which the team does not declare. ` +
      'Declared executors: "worker", "researcher", "writer".',
  ]);
});

test("the nearest names are those with the fewest letters to change, three at most", () => {
  expect(nearest("tset", ["unrelated", "test", "rest", "set"])).toEqual(["set", "test", "rest"]);
  expect(nearest("a", ["a"])).toEqual(["a"]);
  expect(nearest("a", [])).toEqual([]);
  expect(nearest("", ["ab", "a"])).toEqual(["a", "ab"]);
  expect(nearest("flaw", ["law", "lawn"])).toEqual(["law", "lawn"]);
  expect(nearest("kitten", ["sitting", "mitten", "kit"])).toEqual(["mitten", "sitting", "kit"]);
});
