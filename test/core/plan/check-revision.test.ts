import { checkPlan, defineTeam, type PlanLimits, type ProposedRevision } from "@terrace/core";
import { planOf, type TaskSketch, taskOf, testTeam } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import {
  checkRevision,
  type RunningPlan,
  type Standing,
} from "../../../packages/core/src/plan/check-revision.js";
import { type AcceptedPlan, DEFAULT_PLAN_LIMITS, type Task } from "../../../packages/core/src/plan/plan.js";
import type { RevisionDue } from "../../../packages/core/src/plan/revision.js";

const LIMITS: PlanLimits = { ...DEFAULT_PLAN_LIMITS, maxItems: 9, maxNesting: 1, maxRevisions: 1 };
const DUE: RevisionDue = { cause: "flagged", taskId: "facts", reason: "No source." };
const ASKED: RevisionDue = { cause: "subgoal", taskId: "study", reason: "" };

/** A plan that runs: what was planned, what was put in since, and where tasks stand that are not unstarted. */
function running(
  tasks: { readonly [id: string]: TaskSketch },
  standings: { readonly [id: string]: Standing | "gone" } = {},
  marks: { readonly [id: string]: Partial<Task> } = {},
): RunningPlan {
  const checked = checkPlan(planOf(tasks), testTeam, LIMITS);
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join("\n"));
  const all = checked.plan.tasks.map((task) => ({ ...task, ...marks[task.id] }));
  const plan: AcceptedPlan = { ...checked.plan, tasks: all.filter(({ id }) => standings[id] !== "gone") };
  const known = new Map(all.map((task) => [task.id, { task }]));
  const standingOf = (id: string): Standing | undefined => {
    const standing = standings[id] ?? (known.has(id) ? "unstarted" : undefined);
    return standing === "gone" ? undefined : standing;
  };
  return { plan, revision: 4, tasks: known, standingOf };
}

const essay = running(
  { facts: {}, outline: {}, poem: {}, essay: { dependsOn: ["facts", "outline"] } },
  { facts: "begun", outline: "accepted", poem: "failed" },
);

/** What a planner may answer: the essay does without `facts`, and with `sources` instead. */
const detour = (changes: Partial<ProposedRevision> = {}): ProposedRevision => ({
  tasks: [taskOf("sources"), taskOf("essay", { dependsOn: ["sources", "outline"] })],
  withdraw: ["facts"],
  answer: "essay",
  reason: "The facts cannot be had.",
  ...changes,
});

const check = (proposal: unknown, plan = essay, due = DUE, limits: Partial<PlanLimits> = {}) =>
  checkRevision(plan, due, proposal, testTeam, { ...LIMITS, ...limits });

/** Everything that is wrong with a proposal, each with its code. */
const issuesOf = (...asked: Parameters<typeof check>): readonly string[] => {
  const checked = check(...asked);
  return checked.ok ? [] : checked.issues.map(({ code, message }) => `${code}: ${message}`);
};

/** The revision that a proposal comes to. */
const revisionOf = (...asked: Parameters<typeof check>) => {
  const checked = check(...asked);
  if (!checked.ok || "kept" in checked)
    throw new Error(`Expected a revision, got ${JSON.stringify(checked)}.`);
  return checked.revision;
};

test("a change that stands is the next revision, with what it puts in and takes out", () => {
  expect(revisionOf(detour())).toEqual({
    number: 5,
    cause: "flagged",
    taskId: "facts",
    reason: "The facts cannot be had.",
    tasks: [
      { ...taskOf("essay", { dependsOn: ["sources", "outline"] }), plannedTier: "haiku" },
      { ...taskOf("sources"), plannedTier: "haiku" },
    ],
    withdrawn: ["facts"],
    answer: "essay",
    changes: [],
    warnings: [],
  });
});

test("a task that is named twice is withdrawn once", () => {
  expect(revisionOf(detour({ withdraw: ["facts", "facts"] })).withdrawn).toEqual(["facts"]);
});

describe("the plan is kept", () => {
  const nothing = { tasks: [], withdraw: [], answer: "essay", reason: "It stands." };

  test("when nothing is changed in it, with the reason", () => {
    expect(check(nothing)).toEqual({ ok: true, kept: "It stands." });
  });

  test.each<[string, Partial<ProposedRevision>]>([
    ["another answer", { answer: "outline" }],
    ["a task", { tasks: [taskOf("note")] }],
    ["a task less", { withdraw: ["essay"], answer: "outline" }],
  ])("but not for %s", (_, changes) => {
    expect(check({ ...nothing, ...changes })).toHaveProperty("revision");
  });
});

describe("a change does not stand when it", () => {
  const cannot = (id: string, why: string): string =>
    `PLAN_REVISION: Task "${id}" cannot be put into the plan: ${why}. Give a new task an id of its own.`;
  const stays = (id: string, why: string): string =>
    `PLAN_REVISION: Task "${id}" cannot be withdrawn: ${why}. Leave it as it is.`;

  test.each<[string, Partial<ProposedRevision>, readonly string[]]>([
    [
      "withdraws what is accepted, what failed and what is not there",
      { withdraw: ["outline", "poem", "x".repeat(64)] },
      [
        stays("outline", "it is accepted"),
        stays("poem", "it has failed"),
        stays("x".repeat(64), "the plan does not hold it"),
      ],
    ],
    ["puts in what is accepted", { tasks: [taskOf("outline")] }, [cannot("outline", "it is accepted")]],
    ["puts in what has begun", { tasks: [taskOf("facts")] }, [cannot("facts", "it has begun")]],
    ["puts in what failed", { tasks: [taskOf("poem")] }, [cannot("poem", "it has failed")]],
    [
      "has a task depend on what failed, of which each is named",
      {
        tasks: [
          taskOf("essay", { dependsOn: ["poem", "outline"] }),
          taskOf("outline", { dependsOn: ["poem"] }),
        ],
      },
      [
        'PLAN_REVISION: Task "essay" depends on "poem", which failed. Name another, or none.',
        cannot("outline", "it is accepted"),
        'PLAN_REVISION: Task "outline" depends on "poem", which failed. Name another, or none.',
      ],
    ],
    [
      "has what failed give the answer",
      { answer: "poem", withdraw: ["outline"] },
      [
        stays("outline", "it is accepted"),
        'PLAN_REVISION: The answer cannot be "poem", which failed. Name a task that can still be done.',
      ],
    ],
  ])("%s", (_, changes, issues) => {
    expect(issuesOf(detour(changes))).toEqual(issues);
  });

  test("withdraws a task that has begun, though not the one that it is about", () => {
    const begun = running({ facts: {}, other: {}, essay: {} }, { facts: "begun", other: "begun" });

    expect(issuesOf(detour({ tasks: [], withdraw: ["other"] }), begun)).toEqual([
      stays("other", "it has begun"),
    ]);
    expect(revisionOf(detour({ tasks: [] }), begun).withdrawn).toEqual(["facts"]);
  });

  test("withdraws the task that it is about, which is gone meanwhile", () => {
    const gone = running({ facts: {}, essay: {} }, { facts: "gone" });

    expect(issuesOf(detour({ tasks: [] }), gone)).toEqual([stays("facts", "the plan does not hold it")]);
  });

  test("uses an id again that is no part of the plan any more", () => {
    const gone = running({ facts: {}, old: {}, essay: { dependsOn: ["facts"] } }, { old: "gone" });

    expect(issuesOf(detour({ tasks: [taskOf("old")], withdraw: [] }), gone)).toEqual([
      cannot("old", "that id was used before"),
    ]);
  });

  test("uses an id that an item of a list has, or may have", () => {
    const list = running({
      facts: {},
      list: {},
      each: { dependsOn: ["list"], forEach: "list" },
      essay: { dependsOn: ["each"] },
    });
    const put = (id: string) => issuesOf(detour({ tasks: [taskOf(id)], withdraw: [] }), list);

    expect(put("each-12")).toEqual([cannot("each-12", 'that is an id of an item of "each"')]);
    expect(put("list-12")).toEqual([]);
    expect(put("each-12b")).toEqual([]);
    expect(put("each-")).toEqual([]);
  });

  test("has no form", () => {
    expect(issuesOf({ ...detour(), tasks: "none" })).toHaveLength(1);
    expect(issuesOf(null, running({ study: { subgoal: 1 } }), ASKED)).toHaveLength(1);
  });
});

describe("all tasks that ever were", () => {
  const more = detour({ tasks: [...detour().tasks, taskOf("note")] });

  test("count, those under their own ids once, and are as many as a run may hold", () => {
    expect(issuesOf(more, essay, DUE, { maxTotalTasks: 6 })).toEqual([]);
    expect(issuesOf(more, essay, DUE, { maxTotalTasks: 5 })).toEqual([
      "PLAN_TOO_LARGE: Expected at most 5 tasks over all revisions, got 6. Change less.",
    ]);
  });

  test("may be more, and more entangled, than those that are planned at once", () => {
    const [outline, poem] = [{}, { dependsOn: ["outline"] }];
    const large = running({ facts: {}, outline, poem, essay: { dependsOn: ["facts", "poem"] } });
    const tasks = [taskOf("sources"), taskOf("essay", { dependsOn: ["sources", "poem"] })];

    expect(issuesOf(detour({ tasks }), large, DUE, { maxTasks: 2, maxEdges: 2 })).toEqual([]);
  });
});

test("only new warnings are told", () => {
  expect(essay.plan.warnings).toEqual([expect.stringContaining('"poem"')]);
  expect(revisionOf(detour()).warnings).toEqual([]);
  expect(revisionOf(detour({ tasks: [...detour().tasks, taskOf("note")] })).warnings).toEqual([
    'PLAN_UNUSED_OUTPUT: nothing uses the output of "poem", "note", and none of them is the answer.',
  ]);
});

describe("what roles and the tier cap change", () => {
  const team = defineTeam({
    models: { haiku: "h", sonnet: "s", opus: "o" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku" }, writer: { tier: "haiku", maxTier: "sonnet" } },
  });
  const top = { role: "writer", tier: "opus" };
  const pinned = running({ facts: {}, old: top, essay: {} }, { facts: "begun" });
  const propose = (sketch: TaskSketch, tierCap?: "refuse" | "lower") =>
    checkRevision(
      pinned,
      DUE,
      detour({ tasks: [taskOf("a", sketch), taskOf("b", sketch)] }),
      team,
      LIMITS,
      tierCap,
    );

  test("is noted of the tasks that are put in, and of no others", () => {
    const reason = 'Role "writer" runs from "haiku" to "sonnet".';
    const lowered = { field: "tier", from: "opus", to: "sonnet", reason };

    expect(propose(top)).toMatchObject({
      revision: {
        tasks: [
          { id: "a", tier: "sonnet", plannedTier: "opus" },
          { id: "b", tier: "sonnet" },
        ],
        changes: [
          { taskId: "a", ...lowered },
          { taskId: "b", ...lowered },
        ],
      },
    });
  });

  test("is few at the top tier, of those that are put in", () => {
    const atTop = { tier: "opus" };

    expect(propose(atTop)).toMatchObject({ revision: { tasks: [{ tier: "opus" }, { tier: "opus" }] } });
    expect(propose(atTop, "refuse")).toMatchObject({
      issues: [
        { message: expect.stringMatching(/^2 of 2 tasks start at "opus" \("a", "b"\); at most 1 may/) },
      ],
    });
    expect(propose(atTop, "lower")).toMatchObject({
      revision: {
        tasks: [{ tier: "sonnet" }, { tier: "opus" }],
        changes: [{ taskId: "a", from: "opus", to: "sonnet" }],
      },
    });
  });
});

describe("within a subgoal", () => {
  const tasks = {
    "study-facts": {},
    "study-sum": { dependsOn: ["study-facts"] },
    essay: { dependsOn: ["study-sum"] },
  };
  const study = running(
    tasks,
    { "study-facts": "begun" },
    { "study-facts": { within: "study" }, "study-sum": { within: "study" } },
  );
  const due: RevisionDue = { ...DUE, taskId: "study-facts" };
  const asked = detour({
    tasks: [
      taskOf("asked"),
      taskOf("study-sum", { dependsOn: ["asked"] }),
      taskOf("essay", { dependsOn: ["study-sum"] }),
    ],
    withdraw: ["study-facts"],
  });

  test("lies what is put in for one of its tasks, and what lay there lies there still, and nothing else", () => {
    const { tasks } = revisionOf(asked, study, due);

    expect(tasks.map(({ id, within }) => [id, within])).toEqual([
      ["study-sum", "study"],
      ["essay", undefined],
      ["asked", "study"],
    ]);
  });

  test("does not lie what is put in for a task outside, nor what lay outside", () => {
    const outside = { ...due, taskId: "essay" };
    const [sum, , added] = revisionOf({ ...asked, withdraw: [] }, study, outside).tasks;

    expect(sum).toMatchObject({ id: "study-sum", within: "study" });
    expect(added).not.toHaveProperty("within");
  });

  test("no other subgoal lies, where they may lie in nothing", () => {
    const deep = {
      ...asked,
      tasks: [taskOf("asked", { subgoal: 0.5 }), taskOf("study-sum", { dependsOn: ["asked"] })],
    };

    expect(issuesOf(deep, study, due)).toEqual([
      'PLAN_SUBGOAL: Task "asked" is a subgoal within "study", and they may lie 1 deep. Raise `limits.maxNesting`, or plan it as tasks.',
    ]);
    expect(issuesOf(deep, study, due, { maxNesting: 2 })).toEqual([]);
  });
});

describe("the plan of a subgoal", () => {
  const tasks: { readonly [id: string]: TaskSketch } = {
    brief: {},
    study: { dependsOn: ["brief"], subgoal: 0.5 },
    essay: { dependsOn: ["study", "brief"] },
    poem: { dependsOn: ["brief"] },
    end: { dependsOn: ["essay", "poem"] },
  };
  const study = running(tasks, { brief: "accepted" });

  test("stands in its place, and who used its output uses that of its answer", () => {
    expect(revisionOf(planOf({ find: { dependsOn: ["brief"] } }), study, ASKED)).toEqual({
      number: 5,
      cause: "subgoal",
      taskId: "study",
      reason: 'Subgoal "study" is planned as 1 task.',
      tasks: [
        {
          ...taskOf("find", { dependsOn: ["brief"] }),
          id: "study-find",
          plannedTier: "haiku",
          within: "study",
        },
        { ...taskOf("essay", { dependsOn: ["study-find", "brief"] }), plannedTier: "haiku" },
      ],
      withdrawn: [],
      answer: "end",
      changes: [],
      warnings: [],
    });
  });

  test("says of how many tasks it is", () => {
    const two = planOf({ find: {}, weigh: { dependsOn: ["find"] } });

    expect(revisionOf(two, study, ASKED).reason).toBe('Subgoal "study" is planned as 2 tasks.');
  });

  test("gives the list that it was to give, and the answer of the run", () => {
    const listed = running({
      study: { subgoal: 1 },
      each: { dependsOn: ["study"], forEach: "study" },
      sum: { dependsOn: ["each"] },
    });
    const revision = revisionOf(planOf({ find: {} }), listed, ASKED);

    expect(revision.tasks[1]).toMatchObject({ id: "each", dependsOn: ["study-find"], forEach: "study-find" });
    expect(revision.answer).toBe("sum");
    expect(revisionOf(planOf({ find: {} }), running({ study: { subgoal: 1 } }), ASKED).answer).toBe(
      "study-find",
    );
  });

  test("leaves over which list others are done", () => {
    const listed = running({
      list: {},
      study: { subgoal: 1 },
      each: { dependsOn: ["list", "study"], forEach: "list" },
      sum: { dependsOn: ["each"] },
    });

    expect(revisionOf(planOf({ find: {} }), listed, ASKED).tasks[1]).toMatchObject({
      dependsOn: ["list", "study-find"],
      forEach: "list",
    });
  });

  test("has ids that have room behind the subgoal's", () => {
    const named = (length: number) => planOf({ ["x".repeat(length)]: {} });

    expect(issuesOf(named(58), study, ASKED)).toEqual([]);
    expect(issuesOf(named(59), study, ASKED)).toEqual([
      `PLAN_SHAPE: In the plan that runs a task would be called "study-${"x".repeat(59)}", which has 65 characters, and ids have at most 64. Shorten its id.`,
    ]);
  });

  test("uses no id that is there already", () => {
    const taken = running({ ...tasks, "study-find": {} }, { "study-find": "accepted" });

    expect(issuesOf(planOf({ find: {} }), taken, ASKED)).toEqual([
      'PLAN_REVISION: Task "study-find" cannot be put into the plan: it is accepted. Give a new task an id of its own.',
    ]);
  });
});
