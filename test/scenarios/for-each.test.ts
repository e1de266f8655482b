// Tasks that are done once for each item of a list that another task returns.
import { checkInvariants, type JsonValue, type Run } from "@terrace/core";
import {
  accept,
  blame,
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  type TaskSketch,
  taskOf,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, launch } from "../core/support.js";

const LIMITS = { maxItems: 10, maxTotalTasks: 20 };

const plan = (changes: { readonly [id: string]: TaskSketch } = {}) =>
  planOf({
    companies: {},
    facts: { dependsOn: ["companies"], forEach: "companies", brief: "Find the facts." },
    report: { dependsOn: ["facts"] },
    ...changes,
  });

const start = (script: ScriptedOptions, limits = {}) =>
  launch(plan(), script, { limits: { ...LIMITS, ...limits }, enforceInvariants: true });

/** What is left of a run when it rests: how each task stands, and nothing that breaks an invariant. */
async function standing(run: Run) {
  await atRest(run);
  expect(checkInvariants(run.log)).toEqual([]);
  return Object.fromEntries([...run.state.tasks].map(([id, { status }]) => [id, status]));
}

const three = { execute: { companies: ok(["Acme", { name: "Ajax" }, 3]) } };

test("it becomes a task for each item, and one task gathers what comes of them, in order", async () => {
  const { run, agents } = start(three);

  expect(await standing(run)).toEqual({
    companies: "accepted",
    facts: "expanded",
    report: "accepted",
    "facts-1": "accepted",
    "facts-2": "accepted",
    "facts-3": "accepted",
  });
  expect(eventsOf(run.log, "plan.revised")).toMatchObject([
    { number: 2, cause: "for_each", taskId: "facts", reason: '"companies" lists 3 items.', withdrawn: [] },
  ]);
  const gathered = agents.requests.execute.find(({ task }) => task.id === "report");
  expect(gathered?.inputs.map(({ output }) => output)).toEqual([
    "facts-1 by haiku",
    "facts-2 by haiku",
    "facts-3 by haiku",
  ]);
  expect(run.census).toMatchObject({ outcome: "complete", tasks: 5, accepted: 5 });
});

test("each is shown its item in the place of the list, as an input and never in its brief", async () => {
  const { run, agents } = start(three);
  await run.result();

  const items = agents.requests.execute.filter(({ task }) => task.item !== undefined);
  expect(items.map(({ task, inputs }) => [task.brief, inputs.map(({ output }) => output)])).toEqual([
    ["Find the facts.", ["Acme"]],
    ["Find the facts.", [{ name: "Ajax" }]],
    ["Find the facts.", [3]],
  ]);
  expect(items.map(({ task }) => task.title)).toEqual(["Do facts 1", "Do facts 2", "Do facts 3"]);
  const [review] = agents.requests.review.filter(({ task }) => task.id === "facts-1");
  expect(review?.inputs.map(({ output }) => output)).toEqual(["Acme"]);
});

test("a list is asked for where one is needed, and nowhere else", async () => {
  const { run, agents } = start(three);
  await run.result();

  const asked = agents.requests.execute.map(({ task, outputSchema }) => [task.id, outputSchema]);
  expect(Object.fromEntries(asked)).toMatchObject({
    companies: { type: "array", items: {} },
    report: undefined,
  });
});

test("a text that is a JSON list is one", async () => {
  const { run } = start({ execute: { companies: ok(' ["Acme", "Ajax"]\n') } });

  expect(await standing(run)).toMatchObject({ "facts-2": "accepted", report: "accepted" });
});

test("without items the task that gathers works from the empty list", async () => {
  const { run, agents } = start({ execute: { companies: ok([]) } });

  expect(await standing(run)).toEqual({ companies: "accepted", facts: "expanded", report: "accepted" });
  expect(agents.requests.execute.at(-1)?.inputs).toMatchObject([{ taskId: "companies", output: [] }]);
});

test("what is no list is mended at its tier first, then it climbs", async () => {
  const { run, agents } = start({
    execute: { companies: { haiku: ok("Acme and Ajax"), sonnet: ok(["Acme", "Ajax"]) } },
  });

  expect(await standing(run)).toMatchObject({ "facts-2": "accepted" });
  const asked = agents.requests.execute.filter(({ task }) => task.id === "companies");
  expect(asked.map(({ route, reason }) => `${route.tier} ${reason}`)).toEqual([
    "haiku first",
    "haiku repair",
    "sonnet escalation",
  ]);
  expect(asked[1]?.draft?.findings).toEqual([
    'Expected a JSON list, since task "facts" is done for each item of it. Answer with that list and nothing else.',
  ]);
});

test("a list that is too long climbs at once", async () => {
  const { run, agents } = start(
    { execute: { companies: { haiku: ok([1, 2, 3]), sonnet: ok([1, 2]) } } },
    { maxItems: 2 },
  );
  await atRest(run);

  const asked = agents.requests.execute.filter(({ task }) => task.id === "companies");
  expect(asked.map(({ route, reason }) => `${route.tier} ${reason}`)).toEqual([
    "haiku first",
    "sonnet escalation",
  ]);
  expect(asked[1]?.draft?.findings).toEqual([
    'Expected a list of at most 2 items, since task "facts" is done for each, got 3.',
  ]);
});

test("more tasks than a run may hold are not made: a person decides", async () => {
  const { run } = start(three, { maxTotalTasks: 5 });
  await atRest(run);

  expect(run.state.tasks.get("facts")?.flag).toMatchObject({
    cause: "plan",
    reason:
      '"companies" lists 3 items, and a run may hold 5 tasks (`limits.maxTotalTasks`); with these it would be 6.',
  });
  expect(run.state.halt?.message).toBe(
    'Task "facts" is flagged for a person before it began. Last reason: "companies" lists 3 items, and a run may hold 5 ' +
      'tasks (`limits.maxTotalTasks`); with these it would be 6. Settle it with `run.resolve("facts", …)`.',
  );
  await run.resolve("facts", { action: "answer", output: "All of them." });
  expect((await run.result()).outputs).toMatchObject({ facts: "All of them.", report: "report by haiku" });
});

test("each item climbs its own ladder", async () => {
  const { run } = start({ ...three, review: { "facts-2": [reject("No source."), accept] } });
  await run.result();

  expect(eventsOf(run.log, "task.escalated").map(({ taskId }) => taskId)).toEqual(["facts-2"]);
});

test("an item that is given up leaves the others, and what gathers is skipped", async () => {
  const { run } = start({ ...three, review: { "facts-2": reject("No source.") } });
  await atRest(run);
  await run.resolve("facts-2", { action: "give_up" });

  expect(await standing(run)).toMatchObject({
    "facts-1": "accepted",
    "facts-2": "failed",
    "facts-3": "accepted",
    report: "skipped",
  });
});

describe("when the list is blamed and made again", () => {
  /** The list in each of its tries; the reviewer of `by` blames the first. */
  const relisted = (lists: readonly JsonValue[], by: string) =>
    start({
      execute: { companies: lists.map((list) => ok(list)) },
      review: { [by]: [blame("companies", "Ajax is none."), accept] },
    });

  test("with as many items, they are done again", async () => {
    const { run, agents } = relisted(
      [
        ["Acme", "Ajax"],
        ["Acme", "Apex"],
      ],
      "facts-2",
    );

    expect(await standing(run)).toMatchObject({ "facts-1": "accepted", "facts-2": "accepted" });
    expect(eventsOf(run.log, "plan.revised")).toHaveLength(1);
    const shown = agents.requests.execute.filter(({ task }) => task.id === "facts-2");
    expect(shown.map(({ inputs }) => inputs[0]?.output)).toEqual(["Ajax", "Apex"]);
  });

  test("with more items, the new ones are added and gathered", async () => {
    const { run, agents } = relisted(
      [
        ["a", "b"],
        ["a", "b", "c", "d"],
      ],
      "facts-2",
    );

    expect(await standing(run)).toMatchObject({ "facts-4": "accepted", report: "accepted" });
    expect(eventsOf(run.log, "plan.revised").at(-1)).toMatchObject({
      number: 3,
      reason: '"companies" lists 4 items now, and listed 2 before.',
      withdrawn: [],
    });
    expect(agents.requests.execute.at(-1)?.inputs).toHaveLength(4);
  });

  test("with fewer, those beyond the end are withdrawn, though they had begun", async () => {
    const { run, agents } = relisted([["a", "b", "c"], ["a"]], "facts-3");

    expect(await standing(run)).toEqual({
      companies: "accepted",
      facts: "expanded",
      "facts-1": "accepted",
      "facts-2": "withdrawn",
      "facts-3": "withdrawn",
      report: "accepted",
    });
    expect(agents.requests.execute.at(-1)?.inputs.map(({ taskId }) => taskId)).toEqual(["facts-1"]);
    expect(run.census).toMatchObject({ outcome: "complete", tasks: 3 });
  });

  test("with fewer, one beyond the end that had failed is withdrawn, and the others are done to their end", async () => {
    const { run } = start({
      execute: {
        companies: [ok(["a", "b", "c"]), ok(["a"])],
        "facts-2": fault("transport", { retryable: false }),
      },
      review: { "facts-3": blame("companies", "The last is none.") },
    });

    expect(await standing(run)).toMatchObject({
      "facts-1": "accepted",
      "facts-2": "withdrawn",
      "facts-3": "withdrawn",
      report: "skipped",
    });
  });

  test("with another length, an item that the planner has had done in another way stays so", async () => {
    const { run, agents } = start(
      {
        execute: { companies: [ok(["a", "b", "c"]), ok(["a", "b", "c", "d"])] },
        review: {
          "facts-2": reject("No source."),
          asked: [blame("companies", "One is missing."), accept],
        },
        revise: {
          "facts-2": {
            tasks: [
              taskOf("asked", { dependsOn: ["companies"] }),
              taskOf("report", { dependsOn: ["facts-1", "asked", "facts-3"] }),
            ],
            withdraw: ["facts-2"],
            answer: "report",
            reason: "Ask somebody.",
          },
        },
      },
      { maxRevisions: 1 },
    );

    expect(await standing(run)).toMatchObject({
      "facts-2": "withdrawn",
      "facts-4": "accepted",
      report: "accepted",
    });
    expect(agents.requests.execute.at(-1)?.inputs.map(({ taskId }) => taskId)).toEqual([
      "facts-1",
      "facts-3",
      "facts-4",
      "asked",
    ]);
  });

  test("with items where there were none, they are done before they are gathered", async () => {
    const { run, agents } = relisted([[], ["a", "b"]], "report");

    expect(await standing(run)).toMatchObject({ "facts-2": "accepted", report: "accepted" });
    expect(agents.requests.execute.at(-1)?.inputs.map(({ taskId }) => taskId)).toEqual([
      "facts-1",
      "facts-2",
    ]);
  });

  test("with none where there were some, what gathers works from the empty list", async () => {
    const { run, agents } = relisted([["a", "b"], []], "facts-1");

    expect(await standing(run)).toMatchObject({
      "facts-1": "withdrawn",
      "facts-2": "withdrawn",
      report: "accepted",
    });
    expect(agents.requests.execute.at(-1)?.inputs).toMatchObject([{ taskId: "companies", output: [] }]);
  });
});

test("a list that a person took although it is none flags who is done for its items", async () => {
  const { run } = start({ execute: { companies: ok("none") } });
  await atRest(run);
  await run.resolve("companies", { action: "accept" });
  await atRest(run);

  expect(run.state.tasks.get("facts")?.flag).toMatchObject({
    cause: "plan",
    reason: '"companies" returned no list, and "facts" is done for each item of one.',
  });
});
