import type { PauseReason } from "@terrace/core";
import {
  accepted,
  cancelled,
  checked,
  escalated,
  finished,
  flagged,
  given,
  givenUp,
  paused,
  planned,
  resolved,
  returned,
  type Step,
  skipped,
  submitted,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { takeCensus } from "../../../packages/core/src/run/census.js";

test("tasks are counted by how they stand", () => {
  const plan = planned({ a: {}, b: {}, c: {}, d: { dependsOn: ["c"] }, e: {} });
  const escalates = [returned("a", "rerun"), escalated("a", "sonnet"), accepted("a")];
  const state = given(plan, escalates, flagged("b"), givenUp("c"), skipped("d", "c"));

  expect(takeCensus(state)).toMatchObject({
    tasks: 5,
    accepted: 1,
    escalated: 1,
    flagged: 1,
    failed: 1,
    skipped: 1,
    attempts: 3,
  });
});

test("a confidence is judged by its review, or by the checks it failed", () => {
  const state = given(
    planned({ a: {}, b: {}, c: {}, d: {} }),
    finished("a", { confidence: "high" }),
    accepted("a"),
    finished("b", { confidence: "high" }),
    returned("b", "rerun"),
    finished("c", { confidence: "low" }),
    checked("c", { issues: ["It is wrong."] }),
    finished("d", { confidence: "medium" }),
    checked("d"),
  );

  expect(takeCensus(state).calibration).toEqual({
    high: { judged: 2, accepted: 1 },
    medium: { judged: 0, accepted: 0 },
    low: { judged: 1, accepted: 0 },
  });
});

describe("[B19] an alarm for a role whose tasks are escalated too often", () => {
  /** So many tasks, the first of which were escalated. */
  const story = (tasks: number, rises: number) => {
    const ids = Array.from({ length: tasks }, (_, index) => `t${index}`);
    const plan = planned(Object.fromEntries(ids.map((id) => [id, {}])));
    const done = ids.flatMap((id, index) => [
      finished(id),
      ...(index < rises ? [returned(id, "rerun"), escalated(id, "sonnet"), finished(id)] : []),
      accepted(id),
    ]);
    return takeCensus(given(plan, ...done)).warnings;
  };

  test("is given when more than a fifth of at least ten were", () => {
    expect(story(10, 3)).toEqual([
      '3 of 10 tasks of role "worker" were escalated, more than 20 %. Start it one tier higher, or say more in its instructions.',
    ]);
  });

  test.each([
    [10, 2],
    [9, 9],
    [10, 0],
  ])("is not given when of %i tasks %i were", (tasks, rises) => {
    expect(story(tasks, rises)).toEqual([]);
  });
});

test("flagged tasks are counted by why, and only those that are flagged now", () => {
  const state = given(
    planned({ a: {}, b: {}, c: {}, d: {} }),
    flagged("a", "budget"),
    flagged("b", "ladder"),
    flagged("c", "budget"),
    resolved("d", { action: "accept" }),
  );

  expect(takeCensus(state).flags).toEqual({ budget: 2, ladder: 1 });
});

test("an attempt that failed before anybody could judge it says nothing of its confidence", () => {
  const state = given(planned({ a: {} }), finished("a", { confidence: "low" }), checked("a"));

  expect(takeCensus(state).calibration.low).toEqual({ judged: 0, accepted: 0 });
});

describe("in a word a run is", () => {
  const plan = planned({ a: {}, b: {} });
  const whole = [accepted("a"), accepted("b")];
  const completed: Step = { type: "run.completed", answer: null };
  const failed: Step = { type: "run.failed", reason: "No." };
  const outcome = (...steps: readonly Step[]) => takeCensus(given(...steps)).outcome;

  test("open while it is planned or at work, whatever is settled already", () => {
    expect(outcome(submitted())).toBe("open");
    expect(outcome(plan, whole)).toBe("open");
  });

  test("complete when it has ended with every task accepted", () => {
    expect(outcome(plan, whole, completed)).toBe("complete");
  });

  test("partial when it has ended otherwise", () => {
    expect(outcome(plan, accepted("a"), givenUp("b"), completed)).toBe("partial");
    expect(outcome(plan, whole, failed)).toBe("partial");
    expect(outcome(plan, whole, cancelled())).toBe("partial");
  });

  test.each<[PauseReason, string]>([
    ["person", "flagged"],
    ["budget", "over_budget"],
    ["interrupted", "paused"],
    ["overloaded", "paused"],
  ])("when it is paused for %s: %s", (reason, word) => {
    expect(outcome(plan, paused(reason))).toBe(word);
  });
});
