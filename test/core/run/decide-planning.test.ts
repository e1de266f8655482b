import { decide, type FailedOutcome, type Plan } from "@terrace/core";
import { given, paused, planOf, resumed, type Step, submitted } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { goOn, proposed, questionOf, unplanned } from "./planning-steps.js";

const good: Plan = planOf({ a: {} });
const empty: Plan = planOf({});
const allOpus: Plan = planOf({ a: { tier: "opus" }, b: { tier: "opus" } });

const emptyPlan = "PLAN_EMPTY: Expected a plan of at least one task, got none. Return one task at least.";

describe("a goal", () => {
  test("is handed to the planner", () => {
    expect(decide(given(submitted()))).toEqual([questionOf()]);
  });

  test("is handed to the planner once", () => {
    expect(decide(given(submitted(), goOn))).toEqual([]);
  });
});

describe("a plan that the planner proposed", () => {
  test("is accepted when it stands", () => {
    expect(decide(given(submitted(), goOn, proposed(good)))).toMatchObject([
      { type: "plan.accepted", goal: "anything", tasks: [{ id: "a", plannedTier: "haiku" }], answer: "a" },
    ]);
  });

  test("is rejected with everything that is wrong with it", () => {
    expect(decide(given(submitted(), goOn, proposed(empty)))).toEqual([
      { type: "plan.rejected", attempt: 1, issues: [emptyPlan] },
    ]);
  });

  test("is rejected when it starts too much at the top tier", () => {
    expect(decide(given(submitted(), goOn, proposed(allOpus)))).toMatchObject([
      { type: "plan.rejected", issues: [expect.stringMatching(/^PLAN_TIER_INFLATION: 2 of 2 tasks/)] },
    ]);
  });
});

describe("a rejected plan", () => {
  const rejected = [submitted(), goOn, proposed(empty), goOn];

  test("is repaired once, with what was wrong", () => {
    expect(decide(given(rejected))).toEqual([questionOf({ attempt: 2, issues: [emptyPlan] })]);
  });

  test("whose repair stands is forgotten", () => {
    expect(decide(given(rejected, goOn, proposed(good, 2)))).toMatchObject([{ type: "plan.accepted" }]);
  });

  test("whose repair starts too much at the top tier is lowered, and says where", () => {
    expect(decide(given(rejected, goOn, proposed(allOpus, 2)))).toMatchObject([
      { type: "plan.accepted", tasks: [{ tier: "sonnet" }, { tier: "opus" }], changes: [{ taskId: "a" }] },
    ]);
  });

  test("whose repair is no better ends the run", () => {
    expect(decide(given(rejected, goOn, proposed(empty, 2), goOn))).toEqual([
      { type: "run.failed", reason: `The planner's plan does not stand after 2 attempts:\n${emptyPlan}` },
    ]);
    const worse = planOf({ a: { role: "x", tier: "top" } });
    expect(decide(given(rejected, goOn, proposed(worse, 2), goOn))).toMatchObject([
      { reason: expect.stringMatching(/attempts:\nPLAN_UNKNOWN_ROLE: .*\nPLAN_UNKNOWN_TIER: /) },
    ]);
  });
});

describe("a planner without an answer", () => {
  const after = (...steps: readonly Step[]) => decide(given(submitted(), goOn, steps));

  test("is asked again, as the same attempt", () => {
    expect(after(unplanned("transport", { retryAfterMs: 40 }))).toEqual([
      questionOf({ retry: 1, delayMs: 40 }),
    ]);
  });

  test("is asked again three times; then the run waits", () => {
    const retried = [1, 2, 3].flatMap(() => [unplanned("transport"), goOn]);

    expect(after(...retried)).toEqual([]);
    expect(after(...retried, unplanned("transport", { pause: "overloaded" }))).toMatchObject([
      { type: "run.paused", reason: "overloaded", tasks: [] },
    ]);
  });

  test("is asked for as much after a pause as before it", () => {
    const stalled = unplanned("transport", { scope: "run", pause: "auth" });

    expect(after(stalled)).toMatchObject([{ type: "run.paused", reason: "auth" }]);
    expect(after(stalled, paused("auth"), resumed())).toEqual([questionOf({ retry: 1 })]);
  });

  test("keeps its repair when the run pauses in the midst of it", () => {
    const repairing = [proposed(empty), goOn, goOn];
    const stalled = unplanned("transport", { scope: "run", pause: "auth" }, 2);

    expect(after(...repairing, stalled, paused("auth"), resumed())).toEqual([
      questionOf({ attempt: 2, retry: 1, issues: [emptyPlan] }),
    ]);
  });

  test.each<FailedOutcome>(["invalid_output", "truncated", "empty", "context_exceeded"])(
    "is asked once more when its answer could not be used, and told why: %s",
    (outcome) => {
      expect(after(unplanned(outcome, { issues: ["No JSON."] }))).toEqual([
        questionOf({ attempt: 2, issues: ["No JSON."], after: outcome }),
      ]);
    },
  );

  test("whose second answer cannot be used either ends the run", () => {
    expect(after(unplanned("truncated"), goOn, unplanned("truncated", {}, 2))).toEqual([
      { type: "run.failed", reason: "No plan after 2 attempts: It ended with truncated." },
    ]);
  });

  test("that refuses ends the run: the same question would bring the same refusal", () => {
    expect(after(unplanned("refused"))).toEqual([
      { type: "run.failed", reason: "No plan after 1 attempt: It ended with refused." },
    ]);
  });

  test("that can never answer such a request ends the run", () => {
    expect(after(unplanned("transport", { retryable: false, message: "No such model." }))).toEqual([
      { type: "run.failed", reason: "No plan after 1 attempt: No such model." },
    ]);
  });
});
