import type { FailedOutcome } from "@terrace/core";
import { accept, eventsOf, fault, ok, planOf, reject, tiersOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, failureOf, launch } from "../core/support.js";

const one = planOf({ a: {} });

test.each([
  ["an executor", { execute: [fault("transport"), ok("at last")] }, one],
  ["a planner", { plan: [fault("transport"), one] }, "Anything."],
])(
  "%s that could not be reached is asked again after the pause, although it may not be retried",
  async (_, script, work) => {
    const { run } = launch(
      work,
      { usage: {}, ...script },
      { limits: { maxRetries: 0 }, enforceInvariants: true },
    );
    await atRest(run);
    expect(run.state.halt?.reason).toBe("network");
    await run.resume();
    await run.result();

    expect(
      eventsOf(run.log, "call.sent").filter(({ purpose }) => purpose !== "review").length,
    ).toBeGreaterThan(1);
  },
);

describe("an executor that", () => {
  test("refuses is not asked again: one tier up, then a person", async () => {
    const { run } = launch(one, { execute: fault("refused", { message: "It declines." }) });
    await atRest(run);

    expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet"]);
    expect(eventsOf(run.log, "task.flagged")).toMatchObject([{ cause: "refused", reason: "It declines." }]);
  });

  test("refuses once is helped by the next tier", async () => {
    const { run } = launch(one, { execute: { a: { haiku: fault("refused") } } });

    expect(await run.result()).toMatchObject({ answer: "a by sonnet" });
  });

  test.each<FailedOutcome>(["truncated", "empty", "invalid_output"])(
    "is %s is asked once more at its tier, told why, and then the next is",
    async (outcome) => {
      const { run, agents } = launch(one, {
        execute: { a: { haiku: fault(outcome, { issues: ["line 1: not JSON"] }) } },
      });
      await run.result();

      expect(tiersOf(run.log, "a")).toEqual(["haiku", "haiku", "sonnet"]);
      expect(agents.requests.execute[1]).toMatchObject({
        reason: "repair",
        draft: undefined,
        fault: { outcome, issues: ["line 1: not JSON"] },
      });
    },
  );

  test("was given too much goes one tier up at once", async () => {
    const { run } = launch(one, { execute: { a: { haiku: fault("context_exceeded") } } });
    await run.result();

    expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet"]);
  });

  test("throws instead of answering costs its task a repair, and the run nothing", async () => {
    const { run, agents } = launch(one, {
      execute: {
        a: [
          () => {
            throw new Error("a bug");
          },
          ok("fine"),
        ],
      },
    });

    expect(await run.result()).toMatchObject({ answer: "fine" });
    expect(agents.requests.execute[1]?.fault).toMatchObject({
      code: "AGENT_ERROR",
      message: "The agent gave no answer that can be used: a bug",
    });
  });

  test("answers with what is no answer is told so, and the log stays readable", async () => {
    const { run } = launch(one, { execute: { a: { haiku: ok(undefined as never) } } });
    await run.result();

    expect(tiersOf(run.log, "a")).toEqual(["haiku", "haiku", "sonnet"]);
    expect(eventsOf(run.log, "attempt.failed")).toMatchObject([
      { fault: { outcome: "invalid_output" } },
      { fault: { outcome: "invalid_output" } },
    ]);
  });

  test.each([0.9, "HIGH", "90%", undefined])(
    "states its confidence as %o is taken to doubt its output",
    async (confidence) => {
      const { run } = launch(one, { execute: ok("x", { confidence: confidence as never }) });
      await run.result();

      expect(eventsOf(run.log, "attempt.finished")[0]).toMatchObject({
        confidence: "low",
        because: "Not stated.",
      });
    },
  );

  test("says too much is asked to be shorter", async () => {
    const { run } = launch(
      one,
      { execute: { a: [ok("x".repeat(101)), ok("short")] } },
      { limits: { maxOutputBytes: 100 } },
    );
    await run.result();

    expect(eventsOf(run.log, "attempt.failed")[0]?.fault).toMatchObject({
      code: "OUTPUT_TOO_LARGE",
      issues: ["Expected an output of at most 100 bytes, got 101. Answer shorter."],
    });
  });

  test("says as much as is allowed is heard, in bytes and not in letters", async () => {
    const { run } = launch(
      one,
      { execute: { a: [ok("ü".repeat(51)), ok("ü".repeat(50))] } },
      { limits: { maxOutputBytes: 100 } },
    );

    expect(await run.result()).toMatchObject({ answer: "ü".repeat(50) });
  });
});

describe("a reviewer that", () => {
  test("cannot be understood is asked once more, told why; then nothing is accepted", async () => {
    const maybe = fault("invalid_output", { issues: ['verdict: expected boolean, got "maybe"'] });
    const { run, agents } = launch(one, { review: { a: [maybe, maybe, accept] } });
    await run.result();

    expect(agents.requests.review.map(({ issues, executedAt }) => [executedAt, issues])).toEqual([
      ["haiku", []],
      ["haiku", ['verdict: expected boolean, got "maybe"']],
      ["sonnet", []],
    ]);
    expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet"]);
  });

  test("is understood the second time has judged", async () => {
    const { run } = launch(one, { review: { a: [fault("truncated"), accept] } });
    await run.result();

    expect(tiersOf(run.log, "a")).toEqual(["haiku"]);
  });

  test("contradicts itself has not accepted", async () => {
    const both = { criteria: [], problems: [{ description: "It is wrong.", blocking: true }], blame: null };
    const { run } = launch(one, { review: { a: [{ outcome: "ok", value: both }, accept] } });
    await run.result();

    expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet"]);
  });

  test("refuses leaves the task to a person, with its draft", async () => {
    const { run } = launch(one, { review: fault("refused") });
    await atRest(run);

    expect(eventsOf(run.log, "task.flagged")).toMatchObject([{ cause: "review_refused" }]);
    await run.resolve("a", { action: "accept" });
    expect(await run.result()).toMatchObject({ answer: "a by haiku" });
  });

  test("rejects everything ends at a person after the finite ladder", async () => {
    const { run, agents } = launch(one, { review: reject("Never.") });
    await atRest(run);

    expect(agents.requests.execute).toHaveLength(3);
    expect(run.state).toMatchObject({ status: "paused", halt: { reason: "person" } });
  });

  test("cannot be reached keeps the output waiting: it is never accepted unjudged", async () => {
    const { run, agents } = launch(one, { review: { a: [...Array(4).fill(fault("transport")), accept] } });

    expect(await failureOf(run.result())).toMatchObject({
      code: "RUN_PAUSED",
      state: { halt: { reason: "reviewer" } },
    });
    await run.resume();

    expect(await run.result()).toMatchObject({ answer: "a by haiku" });
    expect(agents.requests.execute).toHaveLength(1);
  });
});
