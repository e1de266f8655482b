import { decide, type FailedOutcome, type Fault } from "@terrace/core";
import {
  escalate,
  escalated,
  failed,
  flag,
  given,
  giveUp,
  paused,
  planned,
  queued,
  resumed,
  type Step,
  type Story,
  started,
  unreviewed,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";

const plan = planned({ facts: {}, other: {} });
const other = started("other");

/** What is decided after an attempt at "facts" failed; the other task is under way. */
const after = (outcome: FailedOutcome, changes: Partial<Fault> = {}, ...before: readonly Step[]) =>
  decide(given(plan, other, before, failed("facts", outcome, changes)));

describe("an attempt without an answer", () => {
  test("is asked again at the same tier, as the same attempt", () => {
    expect(after("transport", { retryAfterMs: 250 })).toMatchObject([
      {
        type: "attempt.queued",
        taskId: "facts",
        attempt: 1,
        retry: 1,
        route: { tier: "haiku" },
        reason: "first",
        delayMs: 250,
      },
    ]);
  });

  test("is asked again three times, and never escalated", () => {
    const retried = [1, 2, 3].flatMap((retry) => [
      failed("facts", "transport"),
      queued("facts", { attempt: 1, retry }),
    ]);

    expect(after("transport", {}, ...retried)).toEqual([]);
    expect(given(plan, other, retried, failed("facts", "transport")).tasks.get("facts")).toMatchObject({
      status: "stalled",
      tier: "haiku",
      attempts: [{ number: 1 }],
    });
  });

  test("fails its task at once when the same request can never succeed", () => {
    expect(after("transport", { retryable: false, message: "The model does not exist." })).toEqual([
      giveUp("facts", "The model does not exist."),
    ]);
  });

  test("for a reason that stops every call pauses the run, although others are under way", () => {
    expect(after("transport", { scope: "run", pause: "auth", message: "The key is wrong." })).toEqual([
      { type: "run.paused", reason: "auth", message: "The key is wrong.", tasks: ["facts"] },
    ]);
  });

  test("pauses the run when nothing else moves, and says what it waits for", () => {
    const stalled = failed("facts", "transport", { scope: "tier", pause: "overloaded" });

    expect(decide(given(planned({ facts: {} }, { limits: { maxRetries: 0 } }), stalled))).toEqual([
      { type: "run.paused", reason: "overloaded", message: "It ended with transport.", tasks: ["facts"] },
    ]);
  });

  test("is asked again after the pause, as the same attempt", () => {
    const stalled = failed("facts", "transport", { scope: "run", pause: "auth" });

    expect(decide(given(plan, other, stalled, paused("auth"), resumed()))).toMatchObject([
      { type: "attempt.queued", taskId: "facts", attempt: 1, retry: 1, route: { tier: "haiku" } },
    ]);
  });
});

describe("an answer that cannot be used", () => {
  test.each<FailedOutcome>(["invalid_output", "truncated", "empty"])(
    "is repaired once at its tier: %s",
    (outcome) => {
      expect(after(outcome)).toMatchObject([
        {
          type: "attempt.queued",
          attempt: 2,
          retry: 0,
          route: { tier: "haiku" },
          reason: "repair",
          delayMs: 0,
        },
      ]);
    },
  );

  test.each<FailedOutcome>(["invalid_output", "truncated", "empty"])(
    "is re-run one tier higher when its repair is no better: %s",
    (outcome) => {
      const repaired = [failed("facts", outcome), queued("facts", { reason: "repair" })];

      expect(after(outcome, { message: "No JSON." }, ...repaired)).toEqual([
        escalate("facts", { from: "haiku", to: "sonnet", reason: "No JSON." }),
      ]);
    },
  );

  test("is repaired once at each tier", () => {
    const before = [
      failed("facts", "invalid_output"),
      queued("facts", { reason: "repair" }),
      failed("facts", "invalid_output"),
      escalated("facts", "sonnet"),
    ];

    expect(after("invalid_output", {}, ...before)).toMatchObject([
      { route: { tier: "sonnet" }, reason: "repair" },
    ]);
  });

  test("is not repaired when the limits allow none", () => {
    const state = given(planned({ facts: {} }, { limits: { maxRepairs: 0 } }), failed("facts", "empty"));

    expect(decide(state)).toMatchObject([{ type: "task.escalated" }]);
  });

  test("is not repaired when it was refused: one tier up, once", () => {
    expect(after("refused", { message: "It declines." })).toEqual([
      escalate("facts", { from: "haiku", to: "sonnet", reason: "It declines." }),
    ]);
    expect(after("refused", {}, failed("facts", "refused"), escalated("facts", "sonnet"))).toEqual([
      flag("facts", { cause: "refused", reason: "It ended with refused." }),
    ]);
  });

  test("is flagged when the top of the ladder refuses", () => {
    expect(decide(given(planned({ facts: { tier: "opus" } }), failed("facts", "refused")))).toEqual([
      flag("facts", { cause: "refused", reason: "It ended with refused." }),
    ]);
  });

  test("is not repaired when the request was too long for the model: one tier up, then a person", () => {
    expect(after("context_exceeded")).toMatchObject([
      { type: "task.escalated", from: "haiku", to: "sonnet" },
    ]);
    expect(decide(given(planned({ facts: { tier: "opus" } }), failed("facts", "context_exceeded")))).toEqual([
      flag("facts", { cause: "context", reason: "It ended with context_exceeded." }),
    ]);
  });
});

describe("a review without an answer", () => {
  const reviewed = (outcome: FailedOutcome, changes: Partial<Fault> = {}, ...before: readonly Step[]) =>
    decide(given(plan, other, before, unreviewed("facts", outcome, changes)));

  test("is asked again by the same reviewer", () => {
    expect(reviewed("transport", { retryAfterMs: 10 })).toMatchObject([
      {
        type: "review.queued",
        taskId: "facts",
        attempt: 1,
        retry: 1,
        route: { tier: "haiku" },
        issues: [],
        delayMs: 10,
      },
    ]);
  });

  test("that cannot be read is repaired once, with what was wrong", () => {
    expect(reviewed("invalid_output", { issues: ["criteria: expected array"] })).toMatchObject([
      { type: "review.queued", retry: 0, issues: ["criteria: expected array"] },
    ]);
    expect(reviewed("invalid_output", { message: "No JSON." })).toMatchObject([{ issues: ["No JSON."] }]);
  });

  test("that cannot be read twice accepts nothing: the task is re-run one tier higher", () => {
    const state = given(
      plan,
      other,
      unreviewed("facts", "invalid_output"),
      (story) => story.tell(decide(story.state)),
      unreviewed("facts", "invalid_output", { message: "No JSON." }),
    );

    expect(decide(state)).toEqual([
      escalate("facts", { from: "haiku", to: "sonnet", reason: "No usable review: No JSON." }),
    ]);
  });

  test("that was refused leaves the task to a person", () => {
    expect(reviewed("refused")).toEqual([
      flag("facts", { cause: "review_refused", reason: "It ended with refused." }),
    ]);
  });

  test("that the budget of the task does not bear leaves the task to a person, who is told so", () => {
    const denied = { retryable: false, pause: "budget", message: "Its budget is spent." } as const;

    expect(reviewed("transport", denied)).toEqual([
      flag("facts", { cause: "budget", reason: "Its budget is spent." }),
    ]);
    expect(after("transport", denied)).toEqual([
      flag("facts", { cause: "budget", reason: "Its budget is spent." }),
    ]);
  });

  test("that can never be had leaves the task to a person", () => {
    expect(reviewed("transport", { retryable: false })).toEqual([
      flag("facts", { cause: "review_refused", reason: "It ended with transport." }),
    ]);
  });

  test("that could not be had pauses the run when nothing else moves, and the output is kept", () => {
    const state = given(
      planned({ facts: {} }, { limits: { maxRetries: 0 } }),
      unreviewed("facts", "transport"),
    );

    expect(decide(state)).toEqual([
      { type: "run.paused", reason: "reviewer", message: "It ended with transport.", tasks: ["facts"] },
    ]);
    expect(state.tasks.get("facts")?.attempts).toMatchObject([{ outcome: "ok", output: "facts by haiku" }]);
  });

  test("is asked for again after the pause, without a new attempt", () => {
    const stalled = unreviewed("facts", "transport", { scope: "run", pause: "auth" });

    expect(decide(given(plan, other, stalled, paused("auth"), resumed()))).toMatchObject([
      { type: "review.queued", taskId: "facts", attempt: 1, retry: 1 },
    ]);
  });

  describe("to what was to be mended", () => {
    const mending = [
      unreviewed("facts", "invalid_output", { issues: ["criteria: expected array"] }),
      (story: Story) => story.tell(decide(story.state)),
    ];
    const again = { type: "review.queued", retry: 1, issues: ["criteria: expected array"] };

    test("is asked again with what was wrong", () => {
      expect(reviewed("transport", {}, ...mending)).toMatchObject([again]);
    });

    test("is asked for again after the pause with what was wrong", () => {
      const denied = { scope: "run", pause: "auth", retryable: false } as const;
      const stalled = [...mending, unreviewed("facts", "transport", denied)];

      expect(decide(given(plan, other, stalled, paused("auth"), resumed()))).toMatchObject([again]);
    });

    test("is mended no more often for being asked again", () => {
      const retried = [
        ...mending,
        unreviewed("facts", "transport"),
        (story: Story) => story.tell(decide(story.state)),
      ];

      expect(reviewed("invalid_output", { message: "No JSON." }, ...retried)).toEqual([
        escalate("facts", { from: "haiku", to: "sonnet", reason: "No usable review: No JSON." }),
      ]);
    });
  });
});
