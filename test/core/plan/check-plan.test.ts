import { type CheckPlanOptions, checkPlan, type PlanLimits } from "@terrace/core";
import { chain, diamond, planOf, taskOf, testTeam, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { DEFAULT_PLAN_LIMITS } from "../../../packages/core/src/plan/plan.js";

const check = (plan: unknown, limits: Partial<PlanLimits> = {}, options: CheckPlanOptions = {}) =>
  checkPlan(plan, testTeam, { ...DEFAULT_PLAN_LIMITS, ...limits }, options);

/** The issues of a plan, each with its code. */
const issuesOf = (plan: unknown, limits: Partial<PlanLimits> = {}, options: CheckPlanOptions = {}) => {
  const checked = check(plan, limits, options);
  return checked.ok ? [] : checked.issues.map(({ code, message }) => `${code}: ${message}`);
};

/** A plan as it comes from a model: one task of a diamond changed by hand. */
const withTask = (changes: { readonly [field: string]: unknown }) => ({
  ...diamond(),
  tasks: diamond().tasks.map((task) => (task.id === "left" ? { ...task, ...changes } : task)),
});

test("a plan that stands is accepted as it is", () => {
  const checked = check(diamond(), {}, { goal: "Build it." });

  expect(checked).toEqual({
    ok: true,
    plan: {
      goal: "Build it.",
      tasks: diamond().tasks.map((task) => ({ ...task, plannedTier: "haiku" })),
      answer: "bottom",
      changes: [],
      warnings: [],
    },
  });
});

test("a plan of one task is accepted", () => {
  expect(issuesOf(planOf({ only: {} }))).toEqual([]);
});

test("a plan may say what it is for", () => {
  expect(check({ ...diamond(), goal: "Build it." })).toMatchObject({ plan: { goal: "Build it." } });
});

describe("a plan is refused when", () => {
  test.each<[string, unknown, string]>([
    [
      "it has no task",
      planOf({}),
      "PLAN_EMPTY: Expected a plan of at least one task, got none. Return one task at least.",
    ],
    ["it is no object", "First, do a.", 'PLAN_SHAPE: The plan: expected object, got `"First, do a."`.'],
    ["it is nothing", null, "PLAN_SHAPE: The plan: expected object, got `null`."],
    ["its tasks are no list", { tasks: {}, answer: "a" }, "PLAN_SHAPE: tasks: expected array, got `{}`."],
    [
      "a field has another type",
      withTask({ dependsOn: "top" }),
      'PLAN_SHAPE: tasks[1].dependsOn: expected array, got `"top"`.',
    ],
    [
      "a field is missing",
      { tasks: [{ ...taskOf("a"), brief: undefined }], answer: "a" },
      "PLAN_SHAPE: tasks[0].brief: expected string, got `undefined`.",
    ],
    [
      "it has a key of its own making",
      { ...diamond(), notes: "" },
      'PLAN_SHAPE: The plan: Unrecognized key: "notes".',
    ],
    [
      "a task has a key of its own making",
      { tasks: [taskOf("a"), { ...taskOf("b"), shell: true }], answer: "a" },
      'PLAN_SHAPE: tasks[1]: Unrecognized key: "shell".',
    ],
    [
      "an error cost is neither low nor high",
      withTask({ errorCost: "huge" }),
      'PLAN_SHAPE: tasks[1].errorCost: expected one of "low"|"high", got `"huge"`.',
    ],
    [
      "a text is too long",
      withTask({ title: "x".repeat(10_000) }),
      "PLAN_SHAPE: tasks[1].title: Too big: expected string to have <=8192 characters, got text of 10000 characters.",
    ],
    [
      "an id has capitals",
      withTask({ id: "Left" }),
      'PLAN_SHAPE: tasks[1].id: expected lower-case letters, digits, - and _, at most 64, got `"Left"`.',
    ],
    [
      "an id has a line break at its end",
      withTask({ id: "left\n" }),
      'PLAN_SHAPE: tasks[1].id: expected lower-case letters, digits, - and _, at most 64, got `"left\\n"`.',
    ],
    [
      "an id is that of a prototype",
      withTask({ id: "__proto__" }),
      'PLAN_SHAPE: tasks[1].id: expected lower-case letters, digits, - and _, at most 64, got `"__proto__"`.',
    ],
    [
      "a task depends on itself",
      planOf({ a: { dependsOn: ["a"] } }),
      'PLAN_SELF_DEP: Task "a" depends on itself. Remove "a" from its dependsOn.',
    ],
    [
      "an id is used twice",
      { tasks: [taskOf("a"), taskOf("b"), taskOf("a")], answer: "a" },
      'PLAN_DUPLICATE_ID: Task id "a" is used twice, at tasks[0] and tasks[2]. Give each task an id of its own.',
    ],
    [
      "a dependency is unknown",
      withTask({ dependsOn: ["tip"] }),
      'PLAN_UNKNOWN_DEPENDENCY: Task "left" depends on "tip", which the plan does not hold. Nearest: "top", "left", "right".',
    ],
    [
      "a dependency is named twice",
      withTask({ dependsOn: ["top", "top"] }),
      'PLAN_SHAPE: Task "left" names a dependency twice: "top", "top". Name each once.',
    ],
    [
      "one of many dependencies is named twice",
      planOf({
        ...Object.fromEntries(["a", "b", "c", "d", "e", "f", "g", "h"].map((id) => [id, {}])),
        last: { dependsOn: ["a", "b", "c", "d", "e", "f", "g", "h", "a"] },
      }),
      'PLAN_SHAPE: Task "last" names a dependency twice: "a", "b", "c", "d", "e", "f", "g", "h", "a". Name each once.',
    ],
    [
      "an item of a list has another type",
      withTask({ criteria: ["Is right.", 7] }),
      "PLAN_SHAPE: tasks[1].criteria[1]: expected string, got `7`.",
    ],
    [
      "its answer is no task",
      { ...diamond(), answer: "constructor" },
      'PLAN_UNKNOWN_ANSWER: The plan\'s answer is `"constructor"`, which is no task of it. Name the task that gives the answer.',
    ],
    [
      "a role is not declared",
      withTask({ role: "analyst" }),
      'PLAN_UNKNOWN_ROLE: Task "left" asks for role "analyst", which the team does not declare. ' +
        'Declared executors: "worker", "researcher", "writer".',
    ],
    [
      "a role is that of a prototype",
      withTask({ role: "constructor" }),
      'PLAN_UNKNOWN_ROLE: Task "left" asks for role "constructor", which the team does not declare. ' +
        'Declared executors: "worker", "researcher", "writer".',
    ],
    [
      "a tier is not on the ladder",
      withTask({ tier: "HAIKU" }),
      'PLAN_UNKNOWN_TIER: Task "left" asks for tier "HAIKU", which is not on the ladder. The ladder: "haiku", "sonnet", "opus".',
    ],
    [
      "a task asks for a tool, and its role has none",
      withTask({ tools: ["shell"] }),
      'PLAN_UNKNOWN_TOOL: Task "left" asks for tool "shell", which its role "worker" does not have. It has none.',
    ],
    [
      "tasks wait for one another",
      planOf({ draft: { dependsOn: ["review"] }, review: { dependsOn: ["draft"] } }),
      'PLAN_CYCLE: The plan has a cycle: "draft" → "review" → "draft". A task may depend only on tasks that come before it.',
    ],
  ])("%s", (_, plan, issue) => {
    expect(issuesOf(plan)).toEqual([issue]);
  });

  test("it has more tasks than allowed", () => {
    expect(issuesOf(wide(4), { maxTasks: 3 })).toEqual([
      "PLAN_TOO_LARGE: Expected at most 3 tasks, got 4 or more. Plan larger tasks.",
    ]);
    expect(issuesOf(wide(3), { maxTasks: 3 })).toEqual([]);
  });

  test("it has more dependencies than allowed", () => {
    expect(issuesOf(diamond(), { maxEdges: 3 })).toEqual([
      "PLAN_TOO_LARGE: Expected at most 3 dependencies, got 4 or more. Name only the tasks whose output is needed.",
    ]);
    expect(issuesOf(diamond(), { maxEdges: 4 })).toEqual([]);
  });

  test("a chain is longer than allowed", () => {
    expect(issuesOf(chain(21))).toEqual([
      "PLAN_TOO_DEEP: Expected chains of at most 20 tasks, got one of 21. Join tasks that only follow one another.",
    ]);
    expect(issuesOf(chain(20))).toEqual([]);
  });

  test("a text is wrong: up to 200 characters of it are shown", () => {
    const issue = (length: number) => issuesOf(withTask({ errorCost: "x".repeat(length) }))[0] ?? "";

    expect(issue(200)).toContain(`got \`"${"x".repeat(100)}`);
    expect(issue(201)).toContain("got text of 201 characters.");
  });

  test("it is a bomb, which is counted and not built", () => {
    const bomb = { tasks: Array.from({ length: 1_000_000 }, () => null), answer: "" };
    const before = performance.now();

    expect(issuesOf(bomb)).toEqual([
      "PLAN_TOO_LARGE: Expected at most 100 tasks, got 1000000 or more. Plan larger tasks.",
    ]);
    expect(performance.now() - before).toBeLessThan(50);
  });

  test("a chain of any length would overflow a stack", () => {
    const limits = { maxTasks: 20_000, maxEdges: 20_000, maxDepth: 20_000 };

    expect(issuesOf(chain(20_000), limits)).toEqual([]);
  });

  test("it is nested deeper than any parser goes", () => {
    let deep: unknown = "x";
    for (let depth = 0; depth < 20_000; depth += 1) deep = [deep];

    expect(issuesOf({ tasks: [deep], answer: "a" })).toHaveLength(1);
  });
});

test("everything that is wrong with names is told at once", () => {
  const plan = planOf({ a: { role: "x", tier: "y" }, b: { dependsOn: ["c"] } }, "d");

  expect(issuesOf(plan).map((issue) => issue.split(":")[0])).toEqual([
    "PLAN_UNKNOWN_DEPENDENCY",
    "PLAN_UNKNOWN_ANSWER",
    "PLAN_UNKNOWN_ROLE",
    "PLAN_UNKNOWN_TIER",
  ]);
});

test("keys of a prototype change no prototype", () => {
  check(
    JSON.parse(
      '{ "__proto__": { "polluted": 1 }, "tasks": [{ "__proto__": { "polluted": 1 } }], "answer": "a" }',
    ),
  );

  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("a task whose output nobody uses deserves a look, and stops nothing", () => {
  const checked = check(wide(3));

  expect(checked).toMatchObject({
    plan: {
      warnings: [
        'PLAN_UNUSED_OUTPUT: nothing uses the output of "t1", "t2", and none of them is the answer.',
      ],
    },
  });
});
