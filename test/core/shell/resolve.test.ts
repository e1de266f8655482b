import type { Resolution } from "@terrace/core";
import { eventsOf, type FaultAnswer, fault, planOf, reject, settled, typesOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf, launch } from "../support.js";

/** An answer that comes when everybody else has done what they can. */
const later = (answer: FaultAnswer) => async () => {
  for (let turn = 0; turn < 5; turn += 1) await settled();
  return answer;
};

/** A run that waits for a person: "facts" was rejected at the top of the ladder, "other" is accepted. */
const flagged = async () => {
  const plan = planOf({ other: {}, facts: { tier: "opus" } });
  const { run } = launch(plan, { review: { facts: reject("No source.") } });
  return atRest(run);
};

describe("a resolution is refused when", () => {
  test.each<[string, string, unknown, string, string]>([
    [
      "the task is unknown",
      "fact",
      { action: "accept" },
      "TASK_UNKNOWN",
      'Run "run_1" has no task `"fact"`. Its tasks: "other", "facts".',
    ],
    [
      "the task is not flagged",
      "other",
      { action: "accept" },
      "TASK_NOT_FLAGGED",
      'Expected task "other" to be flagged for a person, but it is accepted. Only a flagged task can be settled.',
    ],
    [
      "it is none of the four",
      "facts",
      { action: "ignore" },
      "RESOLUTION_INVALID",
      'Expected a resolution such as `{ action: "accept" }`, `{ action: "answer", output }`, ' +
        '`{ action: "rerun", tier }` or `{ action: "give_up" }`, got `{"action":"ignore"}`.',
    ],
    [
      "an answer is not JSON",
      "facts",
      { action: "answer", output: Number.NaN },
      "RESOLUTION_INVALID",
      'Expected a resolution such as `{ action: "accept" }`, `{ action: "answer", output }`, ' +
        '`{ action: "rerun", tier }` or `{ action: "give_up" }`, got `{"action":"answer","output":null}`.',
    ],
    [
      "it would go down the ladder",
      "facts",
      { action: "rerun", tier: "haiku" },
      "RESOLUTION_INVALID",
      'Expected task "facts" to be re-run at one of "opus", got `"haiku"`. A task never goes down.',
    ],
    [
      "it would leave the ladder",
      "facts",
      { action: "rerun", tier: "mythos" },
      "RESOLUTION_INVALID",
      'Expected task "facts" to be re-run at one of "opus", got `"mythos"`. A task never goes down.',
    ],
  ])("%s", async (_, taskId, resolution, code, message) => {
    const run = await flagged();
    const events = run.log.length;

    expect(await complaintOf(run.resolve(taskId, resolution as Resolution))).toEqual({ code, message });
    expect(run.log).toHaveLength(events);
  });

  test("there is no draft to accept", async () => {
    const { run } = launch(planOf({ facts: { tier: "opus" } }), { execute: fault("refused") });
    await atRest(run);

    expect(await complaintOf(run.resolve("facts", { action: "accept" }))).toEqual({
      code: "RESOLUTION_INVALID",
      message:
        'Task "facts" has no draft to accept: its last attempt brought no output. Supply an answer, re-run it or give it up.',
    });
  });

  test("the run has ended", async () => {
    const run = await flagged();
    await run.cancel("Enough.");

    expect(await complaintOf(run.resolve("facts", { action: "accept" }))).toEqual({
      code: "TASK_NOT_FLAGGED",
      message:
        'Expected task "facts" to be flagged for a person, but its run has ended (cancelled). Only a flagged task can be settled.',
    });
  });

  test("somebody else was faster", async () => {
    const run = await flagged();
    const first = run.resolve("facts", { action: "accept" });
    const second = complaintOf(run.resolve("facts", { action: "give_up" }));
    await first;

    expect(await second).toMatchObject({ code: "ALREADY_DECIDED" });
    expect(await run.result()).toMatchObject({ answer: "facts by opus" });
  });
});

describe("a resolution", () => {
  test("is recorded with its reason, and the paused run goes on", async () => {
    const run = await flagged();
    await run.resolve("facts", { action: "accept" }, { by: "ana", reason: "I know the source." });

    expect(eventsOf(run.log, "task.resolved")).toMatchObject([
      { taskId: "facts", resolution: { action: "accept" }, by: "ana", reason: "I know the source." },
    ]);
    expect(eventsOf(run.log, "run.resumed")).toMatchObject([{ by: "person" }]);
  });

  test("may come before the run pauses", async () => {
    const { run } = launch(planOf({ slow: {}, facts: { tier: "opus" } }, "facts"), {
      execute: {
        slow: later(fault("transport", { retryable: false })),
      },
      review: { facts: reject("No source.") },
    });
    run.on("task.flagged", ({ taskId }) => run.resolve(taskId, { action: "accept" }));
    await run.result();

    expect(typesOf(run.log)).not.toContain("run.paused");
  });

  test("does not wake a run that waits for something else", async () => {
    const { run } = launch(planOf({ facts: { tier: "opus" }, other: { dependsOn: [] } }), {
      execute: {
        other: later(fault("transport", { scope: "run", pause: "billing" })),
      },
      review: { facts: reject("No source.") },
    });
    await atRest(run);
    await run.resolve("facts", { action: "accept" });

    expect(run.state).toMatchObject({ status: "paused", halt: { reason: "billing" } });
  });
});
