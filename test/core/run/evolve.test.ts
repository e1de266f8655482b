import { initialState, type RunState } from "@terrace/core";
import {
  accepted,
  blamed,
  checked,
  escalated,
  failed,
  finished,
  flagged,
  given,
  givenUp,
  paused,
  planned,
  queued,
  resolved,
  resumed,
  returned,
  sentToReview,
  skipped,
  started,
  submitted,
  unreviewed,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";

/** Where each task stands. */
const standing = ({ tasks }: RunState) =>
  Object.fromEntries([...tasks].map(([id, { status }]) => [id, status]));

/** One task of a state. */
const taskIn = ({ tasks }: RunState, id: string) => {
  const task = tasks.get(id);
  if (task === undefined) throw new Error(`Expected a task "${id}".`);
  return task;
};

test("before the first event there is nothing", () => {
  expect(initialState()).toMatchObject({
    runId: "",
    status: "planning",
    plan: null,
    seq: 0,
    open: 0,
    underWay: 0,
  });
});

test("two runs share nothing", () => {
  expect(initialState()).not.toBe(initialState());
  expect(initialState().tasks).not.toBe(initialState().tasks);
});

test("a submitted run knows its goal, its team and its limits, and waits for a plan", () => {
  expect(given(submitted({ limits: { maxRetries: 7 } }))).toMatchObject({
    runId: "run_1",
    goal: "anything",
    status: "planning",
    team: { ladder: ["haiku", "sonnet", "opus"] },
    limits: { maxRetries: 7, maxTasks: 100 },
    planning: { status: "needed" },
    seq: 1,
  });
});

test("an accepted plan sets its tasks up, in its order", () => {
  const state = given(planned({ b: {}, a: { dependsOn: ["b"], tier: "opus" } }));

  expect([...state.tasks.keys()]).toEqual(["b", "a"]);
  expect(standing(state)).toEqual({ b: "ready", a: "waiting" });
  expect(taskIn(state, "a")).toMatchObject({ tier: "opus", waitingOn: 1, attempts: [] });
  expect(state).toMatchObject({ status: "running", open: 2, underWay: 0 });
});

describe("a task goes", () => {
  const plan = planned({ a: {} });

  test.each([
    ["queued", queued("a")],
    ["executing", started("a")],
    ["checking", finished("a")],
    ["checked", checked("a")],
    ["reviewing", sentToReview("a")],
    ["reviewed", returned("a", "accept")],
    ["accepted", accepted("a")],
    ["unanswered", failed("a", "empty")],
    ["unanswered", unreviewed("a", "empty")],
    ["stalled", failed("a", "transport", { scope: "run" })],
    ["stalled", unreviewed("a", "transport", { scope: "run" })],
    ["ready", escalated("a", "sonnet")],
    ["flagged", flagged("a")],
    ["resolved", resolved("a", { action: "accept" })],
    ["checking", resolved("a", { action: "answer", output: 1 })],
    ["ready", resolved("a", { action: "rerun", tier: "haiku" })],
    ["failed", givenUp("a")],
    ["skipped", skipped("a", "b")],
  ])("to %s", (status, step) => {
    expect(taskIn(given(plan, step), "a").status).toBe(status);
  });
});

test("an attempt keeps what became of it", () => {
  const state = given(
    planned({ a: { criteria: ["It is right."] } }),
    finished("a", { output: "42", confidence: "medium", because: "A guess.", unverified: ["the question"] }),
    checked("a", { issues: [] }),
    sentToReview("a", { route: { tier: "opus", model: "m", effort: null } }),
    returned("a", "rerun", "It is wrong.", {
      criteria: [{ criterion: 0, met: false, finding: "It is wrong." }],
      problems: [{ description: "It is short.", blocking: false }],
    }),
  );

  expect(taskIn(state, "a").attempts).toEqual([
    {
      number: 1,
      tier: "haiku",
      reason: "first",
      outcome: "ok",
      output: "42",
      confidence: "medium",
      because: "A guess.",
      unverified: ["the question"],
      fault: null,
      reviewIssues: [],
      reviewFault: null,
      rejectedFor: null,
      issues: [],
      repairable: false,
      reviewTier: "opus",
      verdict: "rerun",
      verdictReason: "It is wrong.",
      criteria: [{ criterion: 0, met: false, finding: "It is wrong." }],
      problems: [{ description: "It is short.", blocking: false }],
      blame: null,
      by: "executor",
    },
  ]);
});

test("an attempt that is asked again is the same attempt, and forgets the fault once it is answered", () => {
  const retried = [failed("a", "transport"), queued("a", { attempt: 1, retry: 1 }), finished("a")];
  const { attempts } = taskIn(given(planned({ a: {} }), retried), "a");

  expect(attempts).toMatchObject([{ number: 1, outcome: "ok", fault: null }]);
});

test("a review that failed leaves the attempt's own fault alone", () => {
  const { attempts } = taskIn(given(planned({ a: {} }), unreviewed("a", "invalid_output")), "a");

  expect(attempts).toMatchObject([
    { outcome: "ok", fault: null, reviewFault: { outcome: "invalid_output" } },
  ]);
});

test("an escalated task keeps its attempts and goes on one tier higher", () => {
  const state = given(planned({ a: {} }), returned("a", "rerun"), escalated("a", "sonnet"), started("a"));

  expect(taskIn(state, "a")).toMatchObject({
    tier: "sonnet",
    repairs: 0,
    attempts: [
      { number: 1, tier: "haiku" },
      { number: 2, tier: "sonnet", reason: "escalation" },
    ],
  });
});

test("an accepted task frees what waited for it alone", () => {
  const plan = planned({ a: {}, b: {}, c: { dependsOn: ["a"] }, d: { dependsOn: ["a", "b"] } });

  expect(standing(given(plan, accepted("a")))).toEqual({
    a: "accepted",
    b: "ready",
    c: "ready",
    d: "waiting",
  });
});

test("a flagged task holds back what depends on it, and nothing else", () => {
  const state = given(
    planned({ a: {}, b: { dependsOn: ["a"] }, c: {} }),
    flagged("a", "refused", "It declines."),
  );

  expect(standing(state)).toEqual({ a: "flagged", b: "waiting", c: "ready" });
  expect(taskIn(state, "a").flag).toEqual({
    cause: "refused",
    reason: "It declines.",
    at: 0,
    before: "reviewed",
  });
});

test("a failed task blocks what depends on it", () => {
  expect(standing(given(planned({ a: {}, b: { dependsOn: ["a"] }, c: {} }), givenUp("a")))).toEqual({
    a: "failed",
    b: "blocked",
    c: "ready",
  });
});

describe("a blamed task", () => {
  const plan = planned({
    facts: {},
    essay: { dependsOn: ["facts"] },
    note: { dependsOn: ["facts"] },
    digest: { dependsOn: ["note"] },
    other: {},
  });
  const state = () =>
    given(
      plan,
      accepted("facts"),
      accepted("note"),
      started("digest"),
      accepted("other"),
      blamed("facts", { by: "essay" }),
    );

  test("is taken back with everything that was made from it", () => {
    expect(standing(state())).toEqual({
      facts: "blamed",
      essay: "waiting",
      note: "waiting",
      digest: "waiting",
      other: "accepted",
    });
    expect(state()).toMatchObject({ open: 4, underWay: 0 });
  });

  test("leaves its victims at their tier, to be done again", () => {
    const again = given(
      plan,
      accepted("facts"),
      accepted("note"),
      blamed("facts", { by: "essay" }),
      escalated("facts", "sonnet"),
      accepted("facts"),
    );

    expect(standing(again)).toMatchObject({
      facts: "accepted",
      essay: "ready",
      note: "ready",
      digest: "waiting",
    });
    expect(taskIn(again, "essay")).toMatchObject({ tier: "haiku", nextReason: "redo", blamed: ["facts"] });
    expect(taskIn(again, "note")).toMatchObject({ tier: "haiku", nextReason: "redo", acceptedBy: null });
    expect(taskIn(again, "digest")).toMatchObject({ tier: "haiku", nextReason: "first" });
  });
});

describe("a pause", () => {
  test("keeps its reason until the run goes on", () => {
    const plan = planned({ a: {} });

    expect(given(plan, paused("auth"))).toMatchObject({ status: "paused", halt: { reason: "auth" } });
    expect(given(plan, paused("auth"), resumed())).toMatchObject({ status: "running", halt: null });
    expect(given(submitted(), paused("auth"), resumed())).toMatchObject({ status: "planning", halt: null });
  });

  test("ends for the tasks that no answer could be had for", () => {
    const stalled = failed("a", "transport", { scope: "run" });

    expect(standing(given(planned({ a: {} }), stalled, paused("auth"), resumed()))).toEqual({
      a: "unanswered",
    });
  });
});

describe("a run ends", () => {
  test.each([
    ["completed", { type: "run.completed", answer: "42" }, { answer: "42" }],
    ["failed", { type: "run.failed", reason: "No." }, { ending: "No." }],
    ["cancelled", { type: "run.cancelled", reason: "Enough." }, { ending: "Enough." }],
  ] as const)("as %s", (status, event, rest) => {
    expect(given(planned({ a: {} }), event)).toMatchObject({ status, ...rest });
  });
});

test("an event about a task that the plan does not hold is not of this run", () => {
  const story = () => given(planned({ a: {} }), givenUp("b"));

  expect(story).toThrow('The log speaks of task "b", which its plan does not hold.');
});

test("the same events always give the same state", () => {
  const steps = [planned({ a: {}, b: { dependsOn: ["a"] } }), accepted("a"), flagged("b")];

  expect(given(...steps)).toEqual(given(...steps));
});
