import { checkInvariants } from "@terrace/core";
import { accept, blame, eventsOf, ok, planOf, reject, settled, tiersOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { slowStore } from "../core/shell/stores.js";
import { atRest, launch } from "../core/support.js";

const plan = planOf({
  facts: {},
  essay: { dependsOn: ["facts"] },
  note: { dependsOn: ["facts"] },
  book: { dependsOn: ["essay", "note"] },
});

describe("a review that blames an input", () => {
  const launched = () =>
    launch(plan, { review: { essay: [blame("facts", "The facts are wrong."), accept] } });

  test("re-runs that input one tier up, and leaves the victim at its tier", async () => {
    const { run, agents } = launched();
    await run.result();

    expect(tiersOf(run.log, "facts")).toEqual(["haiku", "sonnet"]);
    expect(tiersOf(run.log, "essay")).toEqual(["haiku", "haiku"]);
    expect(eventsOf(run.log, "task.blamed")).toMatchObject([
      { taskId: "facts", by: "essay", reason: "The facts are wrong." },
    ]);
    expect(agents.requests.execute.filter(({ task }) => task.id === "facts")[1]).toMatchObject({
      draft: { output: "facts by haiku", findings: ["The facts are wrong."] },
    });
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("has the victim done again on the new output, without its old draft", async () => {
    const { run, agents } = launched();
    await run.result();

    expect(agents.requests.execute.filter(({ task }) => task.id === "essay")[1]).toMatchObject({
      reason: "redo",
      attempt: 2,
      draft: undefined,
      inputs: [{ taskId: "facts", output: "facts by sonnet", tier: "sonnet" }],
    });
  });

  test("has everything done again that used the old output, whatever the order", async () => {
    for (const concurrency of [1, 2, 8]) {
      const script = { review: { essay: [blame("facts", "Wrong."), accept] } };
      const { run, agents } = launch(plan, script, { concurrency, store: slowStore() });
      await run.result();
      const last = new Map(agents.requests.execute.map(({ task, inputs }) => [task.id, inputs]));

      expect(last.get("essay")).toMatchObject([{ output: "facts by sonnet" }]);
      expect(last.get("note")).toMatchObject([{ output: "facts by sonnet" }]);
      expect(checkInvariants(run.log)).toEqual([]);
    }
  });

  test("takes back what was already accepted downstream", async () => {
    const late = planOf({
      facts: {},
      note: { dependsOn: ["facts"] },
      digest: { dependsOn: ["note"] },
      essay: { dependsOn: ["facts", "digest"] },
    });
    const { run } = launch(late, { review: { essay: [blame("facts", "Wrong."), accept] } });
    await run.result();

    expect(tiersOf(run.log, "note")).toEqual(["haiku", "haiku"]);
    expect(tiersOf(run.log, "digest")).toEqual(["haiku", "haiku"]);
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

test("an answer that was made from the old output, and comes late, is not used", async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { run } = launch(plan, {
    execute: { note: [() => held.then(() => ok("late")), ok("anew")] },
    review: { essay: [blame("facts", "Wrong."), accept] },
    usage: {},
  });
  while (run.state.tasks.get("note")?.attempts.length !== 2) await settled();
  release();
  await run.result();

  expect(
    eventsOf(run.log, "attempt.finished").flatMap(({ taskId, output }) =>
      taskId === "note" ? [output] : [],
    ),
  ).toEqual(["anew"]);
  expect(run.ledger.byTask.note?.calls).toBe(3);
});

describe("two victims that blame the same input at the same moment", () => {
  test("have it re-run once", async () => {
    const script = {
      review: { essay: [blame("facts", "Wrong."), accept], note: [blame("facts", "Wrong."), accept] },
    };
    const { run } = launch(plan, script, { store: slowStore() });
    await run.result();

    expect(tiersOf(run.log, "facts")).toEqual(["haiku", "sonnet"]);
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

describe("an input", () => {
  test("is blamed once by each victim; then the victim itself goes up", async () => {
    const { run } = launch(plan, {
      review: { essay: [blame("facts", "Wrong."), blame("facts", "Wrong."), accept] },
    });
    await run.result();

    expect(eventsOf(run.log, "task.blamed")).toHaveLength(1);
    expect(tiersOf(run.log, "essay")).toEqual(["haiku", "haiku", "sonnet"]);
  });

  test("that stood at the top of the ladder is left to a person", async () => {
    const top = planOf({ facts: { tier: "opus" }, essay: { dependsOn: ["facts"] } });
    const { run } = launch(top, { review: { essay: [blame("facts", "Wrong."), accept] } });
    await atRest(run);

    expect(eventsOf(run.log, "task.flagged")).toMatchObject([
      { taskId: "facts", cause: "ladder", reason: "Wrong." },
    ]);
    await run.resolve("facts", { action: "answer", output: "the facts" });

    expect(await run.result()).toMatchObject({ outputs: { facts: "the facts" } });
    expect(tiersOf(run.log, "essay")).toEqual(["haiku", "haiku"]);
  });

  test("that a person stands for cannot be blamed", async () => {
    const top = planOf({ facts: { tier: "opus" }, essay: { dependsOn: ["facts"] } });
    const { run } = launch(top, {
      review: { facts: reject("No."), essay: [blame("facts", "Wrong."), accept] },
    });
    await atRest(run);
    await run.resolve("facts", { action: "accept" });
    await run.result();

    expect(eventsOf(run.log, "task.blamed")).toEqual([]);
    expect(tiersOf(run.log, "essay")).toEqual(["haiku", "sonnet"]);
  });

  test("that the task does not use cannot be blamed", async () => {
    const { run } = launch(plan, { review: { essay: [blame("note", "Wrong."), accept] } });
    await run.result();

    expect(eventsOf(run.log, "task.blamed")).toEqual([]);
    expect(tiersOf(run.log, "note")).toEqual(["haiku"]);
  });
});
