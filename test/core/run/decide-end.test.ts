import { decide } from "@terrace/core";
import {
  accepted,
  acceptTask,
  cancelled,
  checked,
  escalated,
  failed,
  finished,
  flag,
  flagged,
  given,
  givenUp,
  giveUp,
  paused,
  planned,
  queued,
  queuedBy,
  resolved,
  resumed,
  returned,
  skip,
  skipped,
  started,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";

describe("a task that a person settles", () => {
  const settled = (resolution: Parameters<typeof resolved>[1]) =>
    decide(given(planned({ facts: { tier: "opus" } }), resolved("facts", resolution, "It will do.")));

  test("by accepting its draft is accepted, by a person", () => {
    expect(settled({ action: "accept" })).toEqual([acceptTask("facts", { tier: "opus", by: "person" })]);
  });

  test("by giving it up has failed", () => {
    expect(settled({ action: "give_up" })).toEqual([giveUp("facts", "It will do.")]);
  });

  test("by a re-run is queued at the tier they chose", () => {
    expect(settled({ action: "rerun", tier: "opus" })).toMatchObject([
      { type: "attempt.queued", attempt: 2, route: { tier: "opus" }, reason: "person" },
    ]);
  });

  test("by an answer of their own is checked first", () => {
    expect(settled({ action: "answer", output: "The facts." })).toEqual([]);
  });

  test("by an answer that passes its checks is accepted without a review", () => {
    const answered = resolved("facts", { action: "answer", output: "The facts." });
    const state = given(planned({ facts: { tier: "opus" } }), answered, checked("facts"));

    expect(decide(state)).toEqual([acceptTask("facts", { attempt: 2, tier: "opus", by: "person" })]);
  });

  test("by an answer that fails its checks is flagged again", () => {
    const answered = resolved("facts", { action: "answer", output: "" });
    const failing = checked("facts", { issues: ["It is empty.", "It has no source."], repairable: true });

    expect(decide(given(planned({ facts: { tier: "opus" } }), answered, failing))).toEqual([
      flag("facts", { cause: "check", reason: "It is empty. It has no source." }),
    ]);
  });
});

describe("what depends on a failed task", () => {
  const plan = planned({ a: {}, b: { dependsOn: ["a"] }, c: { dependsOn: ["b"] }, other: {} });
  const lost = [flagged("a"), resolved("a", { action: "give_up" }), givenUp("a")];

  test("is skipped", () => {
    expect(decide(given(plan, queued("other"), lost))).toEqual([skip("b", { dueTo: "a" })]);
  });

  test("is skipped all the way down", () => {
    expect(decide(given(plan, queued("other"), lost, skipped("b", "a")))).toEqual([
      skip("c", { dueTo: "b" }),
    ]);
  });
});

describe("a run", () => {
  test("is completed when every task is settled and the answer stands", () => {
    expect(decide(given(planned({ a: {} }), finished("a", { output: "42" }), accepted("a")))).toEqual([
      { type: "run.completed", answer: "42" },
    ]);
  });

  test("is completed although a task that the answer does not need has failed", () => {
    const state = given(
      planned({ a: {}, b: {} }),
      resolved("a", { action: "give_up" }),
      givenUp("a"),
      accepted("b"),
    );

    expect(decide(state)).toMatchObject([{ type: "run.completed" }]);
  });

  test("has failed when the task that gives the answer has", () => {
    const state = given(planned({ a: {} }), resolved("a", { action: "give_up" }), givenUp("a"));

    expect(decide(state)).toEqual([
      { type: "run.failed", reason: 'Task "a", which gives the answer, was not done: Nobody needs it.' },
    ]);
  });

  test("has failed when the task that gives the answer was skipped", () => {
    const plan = planned({ a: {}, b: { dependsOn: ["a"] } });
    const state = given(plan, resolved("a", { action: "give_up" }), givenUp("a"), skipped("b", "a"));

    expect(decide(state)).toEqual([
      {
        type: "run.failed",
        reason: 'Task "b", which gives the answer, was not done: it needs "a", which failed',
      },
    ]);
  });

  test("goes on around a flagged task", () => {
    const state = given(planned({ a: {}, b: {}, c: { dependsOn: ["a"] } }), flagged("a"));

    expect(queuedBy(decide(state))).toEqual(["b"]);
  });

  test("waits while anything is under way", () => {
    expect(decide(given(planned({ a: {}, b: {} }), flagged("a"), started("b")))).toEqual([]);
  });

  test("pauses for a person when nothing else moves, and says what it waits for", () => {
    expect(decide(given(planned({ a: {} }), flagged("a", "ladder", "No source.")))).toEqual([
      {
        type: "run.paused",
        reason: "person",
        message:
          'Task "a" is flagged for a person after "haiku". Last reason: No source. Settle it with `run.resolve("a", …)`.',
        tasks: ["a"],
      },
    ]);
  });

  test("waits for what could not be had before it waits for a person, and names every task that waits", () => {
    const stalled = failed("c", "transport", { pause: "overloaded", message: "It is overloaded." });
    const plan = planned({ a: {}, b: {}, c: {} }, { limits: { maxRetries: 0 } });

    expect(decide(given(plan, flagged("a"), accepted("b"), stalled))).toEqual([
      { type: "run.paused", reason: "overloaded", message: "It is overloaded.", tasks: ["c", "a"] },
    ]);
  });

  test("names each tier at which a flagged task was tried once", () => {
    const tried = [
      returned("a", "rerun"),
      escalated("a", "sonnet"),
      failed("a", "empty"),
      queued("a", { reason: "repair" }),
      failed("a", "empty"),
      flagged("a", "ladder", "No source."),
    ];

    expect(decide(given(planned({ a: {} }), tried))).toMatchObject([
      {
        message: expect.stringContaining('person after "haiku", "sonnet". Last reason: No source.') as string,
      },
    ]);
  });

  test("decides nothing while it is paused, and goes on when it is resumed", () => {
    const story = [planned({ a: {} }), paused("auth")];

    expect(decide(given(...story))).toEqual([]);
    expect(queuedBy(decide(given(...story, resumed())))).toEqual(["a"]);
  });

  test("decides nothing after its end", () => {
    expect(decide(given(planned({ a: {} }), cancelled()))).toEqual([]);
    expect(decide(given(planned({ a: {} }), { type: "run.failed", reason: "" }))).toEqual([]);
  });
});
