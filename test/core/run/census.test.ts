import {
  accepted,
  checked,
  escalated,
  finished,
  flagged,
  given,
  givenUp,
  planned,
  returned,
  skipped,
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
