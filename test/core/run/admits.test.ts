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
  sentToReview,
  started,
  submitted,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { admits } from "../../../packages/core/src/run/admits.js";

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
  const ask: Fact = {
    type: "plan.queued",
    attempt: 1,
    retry: 0,
    route: { tier: "opus", model: "m", effort: null },
    issues: [],
    after: null,
    delayMs: 0,
  };
  const proposed = (attempt: number): Fact => ({ type: "plan.proposed", attempt, plan: null });

  expect(admits(given(submitted()), proposed(1))).toBe(false);
  expect(admits(given(submitted(), ask), proposed(1))).toBe(true);
  expect(admits(given(submitted(), ask), proposed(2))).toBe(false);
  const failed = (attempt: number): Fact => ({ type: "plan.failed", attempt, fault: lost });
  expect(admits(given(submitted(), ask), failed(1))).toBe(true);
  expect(admits(given(submitted(), ask), failed(2))).toBe(false);
  expect(admits(given(submitted(), ask, proposed(1)), failed(1))).toBe(false);
});

describe("after the end", () => {
  const ended = () => given(plan, started("a"), cancelled());

  test("nothing has a place", () => {
    expect(admitted(ended())).toEqual([]);
    expect(admits(ended(), { type: "run.cancelled", reason: "Again." })).toBe(false);
    expect(admits(ended(), { type: "run.resumed", by: "caller" })).toBe(false);
  });

  test("what was paid for has", () => {
    const failure = { callId: "call_1", fault: lost, latencyMs: 0, usage: null, costMicroUsd: null };

    expect(admits(ended(), { type: "call.failed", ...failure })).toBe(true);
    expect(admits(ended(), { type: "call.orphaned", callId: "call_1", chargedMicroUsd: 9 })).toBe(true);
  });
});
