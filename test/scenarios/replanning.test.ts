// The planner changes a plan that runs: when a task would be flagged, or contradicts it.
import { checkInvariants, type Limits, type Plan, type ProposedRevision, type Run } from "@terrace/core";
import {
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  type TaskSketch,
  taskOf,
  typesOf,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, launch } from "../core/support.js";

const plan = (changes: { readonly [id: string]: TaskSketch } = {}): Plan =>
  planOf({ facts: {}, outline: {}, essay: { dependsOn: ["facts", "outline"] }, ...changes });

/** What a planner may answer: the essay does without `facts`, and with `sources` instead. */
const detour = (changes: Partial<ProposedRevision> = {}): ProposedRevision => ({
  tasks: [taskOf("sources"), taskOf("essay", { dependsOn: ["sources", "outline"] })],
  withdraw: ["facts"],
  answer: "essay",
  reason: "The facts cannot be had.",
  ...changes,
});

const start = (script: ScriptedOptions, limits: Partial<Limits> = {}, work: Plan = plan()) =>
  launch(work, script, { limits: { maxRevisions: 1, ...limits }, enforceInvariants: true });

const hopeless = { facts: reject("No source.") };

async function standing(run: Run) {
  await atRest(run);
  expect(checkInvariants(run.log)).toEqual([]);
  return Object.fromEntries([...run.state.tasks].map(([id, { status }]) => [id, status]));
}

describe("a task that would be flagged", () => {
  test("has the planner asked first, who may do without it", async () => {
    const { run, agents } = start({ review: hopeless, revise: { facts: detour() } });

    expect(await standing(run)).toEqual({
      facts: "withdrawn",
      outline: "accepted",
      sources: "accepted",
      essay: "accepted",
    });
    expect(run.state.status).toBe("completed");
    expect(agents.requests.plan[0]?.revision).toMatchObject({
      cause: "flagged",
      taskId: "facts",
      reason: "No source.",
      answer: "essay",
      tasks: [
        { task: { id: "facts" }, standing: "begun", output: null },
        { task: { id: "outline" }, standing: "accepted", output: "outline by haiku" },
        { task: { id: "essay" }, standing: "unstarted", output: null },
      ],
    });
    expect(eventsOf(run.log, "plan.revised")).toMatchObject([
      {
        number: 2,
        cause: "flagged",
        taskId: "facts",
        reason: "The facts cannot be had.",
        withdrawn: ["facts"],
      },
    ]);
  });

  test("is flagged all the same when the planner leaves it in the plan", async () => {
    const more = { tasks: [taskOf("note")], withdraw: [], answer: "essay", reason: "A note may help." };
    const { run } = start({ review: hopeless, revise: { facts: more } });

    expect(await standing(run)).toMatchObject({ facts: "flagged", note: "accepted" });
    expect(run.state.halt?.reason).toBe("person");
  });

  test("is flagged when the plan stands as it is", async () => {
    const { run } = start({ review: hopeless });

    expect(await standing(run)).toMatchObject({ facts: "flagged" });
    expect(eventsOf(run.log, "plan.kept")).toMatchObject([
      { cause: "flagged", taskId: "facts", reason: "No source.", because: "It stands." },
    ]);
  });

  test.each<[string, unknown]>([
    ["what it proposes does not stand", detour({ withdraw: ["outline"] })],
    ["what it proposes has no form", { tasks: "none" }],
    ["it refuses", fault("refused")],
    ["it never gets to its end", fault("truncated")],
  ])("is flagged when the planner brings nothing: %s", async (_, answer) => {
    const { run } = start({ review: hopeless, revise: { facts: answer } });

    expect(await standing(run)).toMatchObject({ facts: "flagged", outline: "accepted", essay: "waiting" });
    expect(typesOf(run.log)).toContain("plan.kept");
    expect(typesOf(run.log)).not.toContain("plan.revised");
  });

  test("is asked about once, and no more often in a run than the limits allow", async () => {
    const { run, agents } = start({ review: { ...hopeless, outline: reject("No.") } }, { maxRevisions: 1 });

    expect(await standing(run)).toMatchObject({ facts: "flagged", outline: "flagged" });
    expect(agents.requests.plan).toHaveLength(1);
    await run.resolve("facts", { action: "rerun", tier: "opus" });
    await atRest(run);
    expect(agents.requests.plan).toHaveLength(1);
  });

  test("is not asked about in a run that allows no revision", async () => {
    const { run, agents } = start({ review: hopeless }, { maxRevisions: 0 });
    await atRest(run);

    expect(agents.requests.plan).toHaveLength(0);
    expect(agents.requests.execute.every((request) => !("asksForContradiction" in request))).toBe(true);
  });

  test("for want of money is left to a person", async () => {
    const { run, agents } = launch(
      plan(),
      { review: hopeless, usage: { costMicroUsd: 1 } },
      { limits: { maxRevisions: 1 }, budget: { maxEscalations: 0 } },
    );
    await atRest(run);

    expect(run.state.tasks.get("facts")?.flag?.cause).toBe("budget");
    expect(agents.requests.plan).toHaveLength(0);
  });
});

test("while the planner is asked, nothing new is decided; what is under way goes on", async () => {
  const finishes: (() => void)[] = [];
  const { run } = start({
    review: hopeless,
    execute: {
      outline: async () => {
        await new Promise<void>((resolve) => finishes.push(resolve));
        return ok("Late.");
      },
    },
    revise: {
      facts: async () => {
        for (const finish of finishes) finish();
        while (run.state.tasks.get("outline")?.status !== "checked") await Promise.resolve();
        return detour();
      },
    },
  });

  expect(await standing(run)).toMatchObject({ outline: "accepted", essay: "accepted" });
  const types = typesOf(run.log);
  const [asked, revised] = [types.indexOf("plan.queued"), types.indexOf("plan.revised")];
  expect(types.slice(asked + 1, revised)).toEqual(["attempt.finished", "attempt.checked", "plan.proposed"]);
});

describe("an executor that finds its inputs contradict the plan", () => {
  const found = { execute: { facts: ok("None.", { contradiction: "There are no facts." }) } };

  test("is asked for it, and the planner is told", async () => {
    const { run, agents } = start({ ...found, revise: { facts: detour({ withdraw: [] }) } });

    expect(await standing(run)).toMatchObject({ facts: "accepted", sources: "accepted", essay: "accepted" });
    expect(agents.requests.execute[0]?.asksForContradiction).toBe(true);
    expect(agents.requests.plan[0]?.revision).toMatchObject({
      cause: "contradiction",
      taskId: "facts",
      reason: "There are no facts.",
    });
    expect(typesOf(run.log).indexOf("plan.revised")).toBeLessThan(typesOf(run.log).indexOf("task.accepted"));
  });

  test("has its output accepted when the plan stands as it is", async () => {
    const { run } = start(found);

    expect(await standing(run)).toMatchObject({ facts: "accepted", essay: "accepted" });
  });

  test("is not heard where it was not asked", async () => {
    const { run, agents } = start(found, { maxRevisions: 0 });
    await run.result();

    expect(agents.requests.plan).toHaveLength(0);
    expect(eventsOf(run.log, "attempt.finished").every((event) => !("contradiction" in event))).toBe(true);
  });
});

describe("a revision does not stand when it", () => {
  const refusals: readonly [string, Partial<ProposedRevision>, string][] = [
    [
      "withdraws what has begun",
      { withdraw: ["facts", "outline"] },
      'PLAN_REVISION: Task "outline" cannot be withdrawn: it is accepted. Leave it as it is.',
    ],
    [
      "withdraws what is not there",
      { withdraw: ["facts", "x"] },
      'PLAN_REVISION: Task "x" cannot be withdrawn: the plan does not hold it. Leave it as it is.',
    ],
    [
      "replaces what has begun",
      { tasks: [taskOf("outline"), ...detour().tasks] },
      'PLAN_REVISION: Task "outline" cannot be put into the plan: it is accepted. Give a new task an id of its own.',
    ],
    [
      "leaves a task with nothing to work from",
      { tasks: [taskOf("sources")] },
      'PLAN_UNKNOWN_DEPENDENCY: Task "essay" depends on "facts", which the plan does not hold. Nearest: "essay", "sources", "outline".',
    ],
    [
      "has a cycle",
      {
        tasks: [
          taskOf("sources", { dependsOn: ["essay"] }),
          taskOf("essay", { dependsOn: ["sources", "outline"] }),
        ],
      },
      'PLAN_CYCLE: The plan has a cycle: "essay" → "sources" → "essay". A task may depend only on tasks that come before it.',
    ],
    [
      "asks for a role that the team does not have",
      { tasks: [taskOf("sources", { role: "admin" }), ...detour().tasks.slice(1)] },
      'PLAN_UNKNOWN_ROLE: Task "sources" asks for role "admin", which the team does not declare. Declared executors: "worker", "researcher", "writer".',
    ],
    [
      "asks for a tool that its role does not have",
      { tasks: [taskOf("sources", { tools: ["shell"] }), ...detour().tasks.slice(1)] },
      'PLAN_UNKNOWN_TOOL: Task "sources" asks for tool "shell", which its role "worker" does not have. It has none.',
    ],
    [
      "has no answer",
      { answer: "poem" },
      'PLAN_UNKNOWN_ANSWER: The plan\'s answer is `"poem"`, which is no task of it. Name the task that gives the answer.',
    ],
    [
      "is done for each item where no task may be",
      {
        tasks: [
          taskOf("sources", { dependsOn: ["outline"], forEach: "outline" }),
          ...detour().tasks.slice(1),
        ],
      },
      'PLAN_FOR_EACH: Task "sources" is to be done for each item, and no task may be. Raise `limits.maxItems`, or plan it as one task.',
    ],
    [
      "starts too much at the top",
      {
        tasks: [
          taskOf("sources", { tier: "opus" }),
          taskOf("essay", { tier: "opus", dependsOn: ["sources", "outline"] }),
        ],
      },
      'PLAN_TIER_INFLATION: 2 of 2 tasks start at "opus" ("essay", "sources"); at most 1 may. Start at "opus" only what a tier below cannot do.',
    ],
  ];

  test.each(refusals)("%s", async (_, changes, issue) => {
    const { run, agents } = start({ review: hopeless, revise: { facts: [detour(changes), detour()] } });

    expect(await standing(run)).toMatchObject({ facts: "withdrawn" });
    expect(agents.requests.plan[1]?.issues).toEqual([issue]);
  });

  test("has more tasks than a run may hold, those that were there before included", async () => {
    const { run, agents } = start(
      { review: hopeless, revise: { facts: [detour(), detour({ tasks: detour().tasks.slice(1) })] } },
      { maxTotalTasks: 3 },
    );
    await atRest(run);

    expect(agents.requests.plan[1]?.issues).toEqual([
      "PLAN_TOO_LARGE: Expected at most 3 tasks over all revisions, got 4. Change less.",
    ]);
  });
});

test("an id of a task that was withdrawn is not used again", async () => {
  const again = { tasks: [taskOf("facts")], withdraw: [], answer: "essay", reason: "Once more." };
  const { run, agents } = start(
    {
      review: { ...hopeless, sources: reject("No.") },
      revise: { facts: detour(), sources: again },
    },
    { maxRevisions: 2 },
  );
  await atRest(run);

  expect(agents.requests.plan[2]?.issues).toEqual([
    'PLAN_REVISION: Task "facts" cannot be put into the plan: that id was used before. Give a new task an id of its own.',
  ]);
});

test("a planner that cannot be reached is what the run waits for, and it goes on where it was", async () => {
  const overloaded = fault("transport", { retryable: true });
  const { run } = start({ review: hopeless, revise: { facts: [overloaded, detour()] } }, { maxRetries: 0 });
  await atRest(run);

  expect(run.state).toMatchObject({ status: "paused", halt: { reason: "network" } });
  await run.resume();
  expect(run.state.status).not.toBe("planning");
  expect(await standing(run)).toMatchObject({ facts: "withdrawn", essay: "accepted" });
});
