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
import { expect, test } from "vitest";
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
