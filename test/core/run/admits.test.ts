import type { Fact, RunState } from "@terrace/core";
import {
  accepted,
  blamed,
  cancelled,
  checked,
  escalated,
  fault,
  finished,
  given,
  planned,
  queued,
  returned,
  type Step,
  sentToReview,
  started,
  submitted,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { admits } from "../../../packages/core/src/run/admits.js";
import { compared, graded, shadowing, ungraded } from "./grade-steps.js";
import { proposed, questionOf, quoted, revised, unplanned } from "./planning-steps.js";
import { classified, learned, said, unsaid } from "./routing-steps.js";

const ofAttempt = (attempt = 1) => ({ taskId: "a", attempt });
const { fault: lost } = fault("transport");
const answer = { output: "", confidence: "high", because: "", unverified: [] } as const;
const review = {
  tier: "haiku",
  verdict: "accept",
  reason: "",
  criteria: [],
  problems: [],
  blame: null,
} as const;

const facts = {
  started: (attempt?: number): Fact => ({ type: "attempt.started", ...ofAttempt(attempt) }),
  finished: (attempt?: number): Fact => ({ type: "attempt.finished", ...ofAttempt(attempt), ...answer }),
  failed: (attempt?: number): Fact => ({ type: "attempt.failed", ...ofAttempt(attempt), fault: lost }),
  checked: (attempt?: number): Fact => ({
    type: "attempt.checked",
    ...ofAttempt(attempt),
    issues: [],
    repairable: false,
  }),
  returned: (attempt?: number): Fact => ({ type: "review.returned", ...ofAttempt(attempt), ...review }),
  unreviewed: (attempt?: number): Fact => ({ type: "review.failed", ...ofAttempt(attempt), fault: lost }),
};

/** The names of the facts about attempt 1 that still have a place. */
const admitted = (state: RunState) =>
  Object.entries(facts).flatMap(([name, fact]) => (admits(state, fact()) ? [name] : []));

const plan = planned({ a: {}, b: { dependsOn: ["a"] } });

describe("what an attempt may bring when it is", () => {
  test.each([
    ["ready", [], []],
    ["queued", [queued("a")], ["started", "finished", "failed"]],
    ["executing", [started("a")], ["finished", "failed"]],
    ["checking", [finished("a")], ["checked"]],
    ["checked", [checked("a")], []],
    ["reviewing", [sentToReview("a")], ["returned", "unreviewed"]],
    ["reviewed", [returned("a", "rerun")], []],
    ["accepted", [accepted("a")], []],
  ])("%s", (_, steps, names) => {
    expect(admitted(given(plan, ...steps))).toEqual(names);
  });
});

test("an answer to an attempt before the present one comes too late", () => {
  const again = given(plan, returned("a", "rerun"), escalated("a", "sonnet"), started("a"));

  expect(admits(again, facts.finished(1))).toBe(false);
  expect(admits(again, facts.finished(2))).toBe(true);
});

test("an answer to an attempt that works from a replaced input comes too late", () => {
  const second = planned({ facts: {}, victim: { dependsOn: ["facts"] }, a: { dependsOn: ["facts"] } });
  const state = given(second, accepted("facts"), started("a"), blamed("facts", { by: "victim" }));

  expect(admitted(state)).toEqual([]);
});

test("a plan has a place while the planner is asked for that attempt", () => {
  const asked = [submitted(), questionOf()];

  expect(admits(given(submitted()), proposed(null))).toBe(false);
  expect(admits(given(asked), proposed(null))).toBe(true);
  expect(admits(given(asked), proposed(null, 2))).toBe(false);
  expect(admits(given(submitted()), unplanned("transport"))).toBe(false);
  expect(admits(given(asked), unplanned("transport"))).toBe(true);
  expect(admits(given(asked), unplanned("transport", {}, 2))).toBe(false);
  expect(admits(given(asked, proposed(null)), unplanned("transport"))).toBe(false);
});

describe("what an executor's tools do has a place", () => {
  const use = { ...ofAttempt(), useId: "use_1" };
  const tools: readonly Fact[] = [
    { type: "tool.held", ...use, tool: "mail", input: {} },
    { type: "tool.started", ...use, tool: "mail", input: {}, hasEffect: true },
    { type: "tool.ended", ...use, isError: false, content: "", ms: 1 },
  ];

  test.each(tools)("while its attempt is made: $type", (fact) => {
    expect(admits(given(plan, started("a")), fact)).toBe(true);
    expect(admits(given(plan, finished("a")), fact)).toBe(false);
    expect(admits(given(plan, started("a")), { ...fact, attempt: 2 } as Fact)).toBe(false);
  });
});

test("what a classifier says has a place until it is known of its task, even when the task waits by then", () => {
  const waiting = planned({ a: {}, b: { dependsOn: ["a"] }, c: { dependsOn: ["a"] } });
  const waitsAgain = [accepted("a"), classified("b"), blamed("a", { by: "c" })];

  for (const fact of [said("b"), unsaid("b")]) {
    expect(admits(given(waiting, accepted("a"), classified("b")), fact)).toBe(true);
    expect(admits(given(waiting, waitsAgain), fact)).toBe(true);
    expect(admits(given(waiting, accepted("a"), classified("b"), said("b")), fact)).toBe(false);
    expect(admits(given(waiting, accepted("a"), classified("b"), unsaid("b")), fact)).toBe(false);
    expect(admits(given(plan), { ...fact, taskId: "nobody" } as Fact)).toBe(false);
  }
});

test("a quote and what earlier runs teach have a place once, until a revision asks for another quote", () => {
  for (const fact of [quoted, learned]) {
    expect(admits(given(plan), fact)).toBe(true);
    expect(admits(given(plan, fact), fact)).toBe(false);
  }
  expect(admits(given(plan, quoted, revised()), quoted)).toBe(true);
});

test("what a step of a grade brings has a place while that step is asked for", () => {
  for (const of of [compared, ungraded]) {
    expect(admits(given(shadowing, graded("compare_ab")), of("compare_ab"))).toBe(true);
    expect(admits(given(shadowing, graded("compare_ab")), of("compare_ba"))).toBe(false);
    expect(admits(given(shadowing, graded("compare_ab"), compared("compare_ab")), of("compare_ab"))).toBe(
      false,
    );
    expect(admits(given(shadowing), of("compare_ab"))).toBe(false);
    expect(admits(given(plan), of("compare_ab"))).toBe(false);
  }
});

test("what a person decides has a place until the end", () => {
  expect(admits(given(plan, started("a")), { type: "run.cancelled", reason: "Enough." })).toBe(true);
  expect(admits(given(plan), { type: "run.resumed", by: "caller" })).toBe(true);
});

describe("after the end", () => {
  const ended = () => given(plan, started("a"), cancelled());

  test("nothing has a place", () => {
    expect(admitted(ended())).toEqual([]);
    expect(admits(ended(), { type: "run.cancelled", reason: "Again." })).toBe(false);
    expect(admits(ended(), { type: "run.resumed", by: "caller" })).toBe(false);
  });

  test.each<[string, Fact]>([
    ["a call that was answered", { type: "call.answered", callId: "call_1" } as Fact],
    ["a call that failed", { type: "call.failed", callId: "call_1", fault: lost } as Fact],
    ["a call that nobody knows the end of", { type: "call.orphaned", callId: "call_1", chargedMicroUsd: 9 }],
    ["a call that waits in a batch", { type: "call.batched", callId: "call_1", batchId: "batch_1" } as Fact],
  ])("what was paid for has: %s", (_, fact) => {
    expect(admits(ended(), fact)).toBe(true);
  });

  test.each<[string, Step]>([
    ["completed", { type: "run.completed", answer: "42" }],
    ["failed", { type: "run.failed", reason: "It is not there." }],
    ["cancelled", cancelled()],
  ])("of a run that is %s", (_, end) => {
    expect(admits(given(plan, end), { type: "run.cancelled", reason: "Again." })).toBe(false);
  });
});
