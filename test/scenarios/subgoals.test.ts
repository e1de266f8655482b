// Tasks that are goals of their own: planned when their inputs are there.
import { checkInvariants, type Limits, type Plan, type Run } from "@terrace/core";
import {
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  type TaskSketch,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, launch } from "../core/support.js";

const study: TaskSketch = { dependsOn: ["brief"], subgoal: 0.5, criteria: ["It is whole."] };

const plan = (changes: { readonly [id: string]: TaskSketch } = {}): Plan =>
  planOf({ brief: {}, study, essay: { dependsOn: ["study"] }, ...changes });

const inside = planOf({
  find: { dependsOn: ["brief"] },
  weigh: { dependsOn: ["find", "brief"], criteria: ["It is fair."] },
});

const start = (script: ScriptedOptions, limits: Partial<Limits> = {}, work: Plan = plan()) =>
  launch(work, script, {
    limits: { maxNesting: 2, maxItems: 5, ...limits },
    enforceInvariants: true,
  });

async function standing(run: Run) {
  await atRest(run);
  expect(checkInvariants(run.log)).toEqual([]);
  return Object.fromEntries([...run.state.tasks].map(([id, { status }]) => [id, status]));
}

test("it is planned once its inputs are there, and the tasks of its plan stand in its place", async () => {
  const { run, agents } = start({ revise: { study: inside } });

  expect(await standing(run)).toEqual({
    brief: "accepted",
    study: "expanded",
    essay: "accepted",
    "study-find": "accepted",
    "study-weigh": "accepted",
  });
  const [request] = agents.requests.plan;
  expect(request?.revision).toMatchObject({
    cause: "subgoal",
    taskId: "study",
    inputs: [{ taskId: "brief", output: "brief by haiku" }],
    tasks: [],
  });
  expect(
    agents.requests.execute.map(({ task, inputs }) => [task.id, inputs.map(({ taskId }) => taskId)]),
  ).toEqual([
    ["brief", []],
    ["study-find", ["brief"]],
    ["study-weigh", ["study-find", "brief"]],
    ["essay", ["study-weigh"]],
  ]);
});

test("its answer must meet its criteria, and its tasks say where they lie", async () => {
  const { run } = start({ revise: { study: inside } });
  await run.result();

  expect(eventsOf(run.log, "plan.revised")).toMatchObject([
    {
      number: 2,
      cause: "subgoal",
      taskId: "study",
      reason: 'Subgoal "study" is planned as 2 tasks.',
      tasks: [
        { id: "study-find", within: "study" },
        { id: "study-weigh", within: "study", criteria: ["It is fair.", "It is whole."] },
        { id: "essay", dependsOn: ["study-weigh"] },
      ],
      withdrawn: [],
      answer: "essay",
    },
  ]);
});

test("when it gives the answer of the run, so does its answer", async () => {
  const { run } = start({ revise: { study: inside } }, {}, planOf({ brief: {}, study }));

  expect((await run.result()).answer).toBe("study-weigh by haiku");
});

test("while it is planned, all else goes on", async () => {
  const { run } = start(
    {
      revise: {
        study: async () => {
          while (run.state.tasks.get("other")?.status !== "accepted") await Promise.resolve();
          return inside;
        },
      },
    },
    {},
    plan({ other: { dependsOn: ["brief"] }, essay: { dependsOn: ["study", "other"] } }),
  );

  expect(await standing(run)).toMatchObject({ essay: "accepted" });
});

test("the planner is asked about one at a time", async () => {
  const work = planOf({
    a: { subgoal: 0.5 },
    b: { subgoal: 0.5 },
    c: { dependsOn: ["a", "b"] },
  });
  const { run, agents } = start({ revise: { a: wide(1), b: wide(2) } }, {}, work);

  expect(await standing(run)).toMatchObject({ "a-t1": "accepted", "b-t2": "accepted", c: "accepted" });
  expect(agents.mostUnderWay("opus")).toBe(1);
});

test("a plan that does not stand is asked for once more, with what is wrong", async () => {
  const outside = planOf({ find: { dependsOn: ["essay"] } });
  const { run, agents } = start({ revise: { study: [outside, inside] } });

  expect(await standing(run)).toMatchObject({ "study-weigh": "accepted" });
  expect(agents.requests.plan[1]).toMatchObject({ attempt: 2, revision: { taskId: "study" } });
  expect(agents.requests.plan[1]?.issues).toEqual([
    'PLAN_UNKNOWN_DEPENDENCY: Task "study-find" depends on "study-essay", which the plan does not hold. Nearest: "study-find", "essay", "brief".',
  ]);
});

describe("without a plan that stands a person decides:", () => {
  const hopeless = { revise: { study: [null, null, inside] } };

  test("it is flagged, and the run goes on without it", async () => {
    const { run } = start(hopeless);

    expect(await standing(run)).toEqual({ brief: "accepted", study: "flagged", essay: "waiting" });
    expect(eventsOf(run.log, "plan.kept")).toMatchObject([{ cause: "subgoal", taskId: "study" }]);
    expect(run.state.tasks.get("study")?.flag).toMatchObject({ cause: "plan" });
    expect(run.state.halt?.reason).toBe("person");
  });

  test("to have the planner asked again", async () => {
    const { run } = start(hopeless);
    await atRest(run);
    await run.resolve("study", { action: "rerun", tier: "haiku" });

    expect(await standing(run)).toMatchObject({ study: "expanded", essay: "accepted" });
  });

  test("to answer it", async () => {
    const { run } = start(hopeless);
    await atRest(run);
    await run.resolve("study", { action: "answer", output: "Forty-two." });

    expect(await standing(run)).toMatchObject({ study: "accepted", essay: "accepted" });
  });

  test("to give it up", async () => {
    const { run } = start(hopeless);
    await atRest(run);
    await run.resolve("study", { action: "give_up" });

    expect(await standing(run)).toMatchObject({ study: "failed", essay: "skipped" });
  });

  test("but not to accept what is not there", async () => {
    const { run } = start(hopeless);
    await atRest(run);

    await expect(run.resolve("study", { action: "accept" })).rejects.toThrow(
      'Task "study" has no draft to accept: its last attempt brought no output.',
    );
  });
});

test("a planner that cannot be reached holds up what needs it, and is asked again after the pause", async () => {
  const overloaded = fault("transport", { retryable: true });
  const { run } = start(
    { revise: { study: [overloaded, overloaded, inside] } },
    { maxRetries: 1 },
    plan({ other: { dependsOn: ["brief"] }, essay: { dependsOn: ["study", "other"] } }),
  );

  expect(await standing(run)).toMatchObject({ study: "ready", other: "accepted", essay: "waiting" });
  expect(run.state.halt?.reason).toBe("network");
  await run.resume();
  expect(await standing(run)).toMatchObject({ essay: "accepted" });
  expect(run.state.status).toBe("completed");
});

test("an input that is taken back while it is planned has it planned anew", async () => {
  const blamed = {
    outcome: "ok",
    value: { criteria: [], problems: [{ description: "No.", blocking: true }], blame: "brief" },
  } as const;
  let isBlamed = false;
  const { run, agents } = start(
    {
      revise: {
        study: async () => {
          while (!isBlamed) await Promise.resolve();
          return inside;
        },
      },
      review: {
        other: [
          () => blamed,
          (request) => ({
            outcome: "ok",
            value: {
              criteria: request.task.criteria.map((_, criterion) => ({ criterion, met: true, finding: "" })),
              problems: [],
              blame: null,
            },
          }),
        ],
      },
    },
    {},
    plan({ other: { dependsOn: ["brief"] }, essay: { dependsOn: ["study", "other"] } }),
  );
  run.on("task.blamed", () => {
    isBlamed = true;
  });

  expect(await standing(run)).toMatchObject({ study: "expanded", essay: "accepted" });
  expect(eventsOf(run.log, "plan.kept")).toMatchObject([
    { taskId: "study", because: "What it works from was taken back meanwhile." },
  ]);
  expect(agents.requests.plan).toHaveLength(2);
  expect(run.state.tasks.get("study")?.flag).toBeNull();
});

test("a subgoal may hold subgoals and lists, as deep as the limits allow", async () => {
  const deep = planOf({
    list: {},
    each: { dependsOn: ["list"], forEach: "list" },
    sum: { dependsOn: ["each"] },
    deeper: { dependsOn: ["sum"], subgoal: 1 },
  });
  const { run } = start({
    revise: { study: deep, "study-deeper": wide(2) },
    execute: { "study-list": ok(["a", "b"]) },
  });

  expect(await standing(run)).toMatchObject({
    "study-each-2": "accepted",
    "study-deeper": "expanded",
    "study-deeper-t2": "accepted",
    essay: "accepted",
  });
  expect(run.state.tasks.get("study-each-1")?.task.within).toBe("study");
  expect(run.state.tasks.get("study-deeper-t1")?.task.within).toBe("study-deeper");
});

test("a plan that would lie too deep does not stand", async () => {
  const { run, agents } = start(
    { revise: { study: [planOf({ deeper: { subgoal: 0.5 } }), inside] } },
    { maxNesting: 1 },
  );
  await run.result();

  expect(agents.requests.plan[1]?.issues).toEqual([
    'PLAN_SUBGOAL: Task "study-deeper" is a subgoal within "study", and they may lie 1 deep. Raise `limits.maxNesting`, or plan it as tasks.',
  ]);
});

test("what its tasks come to is theirs: they climb, are flagged and are given up like any other", async () => {
  const { run } = start({ revise: { study: inside }, review: { "study-find": reject("No.") } });
  await atRest(run);

  expect(eventsOf(run.log, "task.escalated").map(({ to }) => to)).toEqual(["sonnet", "opus"]);
  await run.resolve("study-find", { action: "give_up" });
  expect(await standing(run)).toMatchObject({ "study-weigh": "skipped", essay: "skipped" });
});
