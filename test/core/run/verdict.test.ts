import type { Review } from "@terrace/core";
import { expect, test } from "vitest";
import { verdictOf } from "../../../packages/core/src/run/verdict.js";

const criteria = ["It names a source.", "It is short."];
const met = [
  { criterion: 0, met: true, finding: "" },
  { criterion: 1, met: true, finding: "" },
];

/** The verdict that follows from a review in which everything is fine but what is given. */
const verdict = (review: Partial<Review>, blamable: readonly string[] = ["facts"]) =>
  verdictOf({ criteria: met, problems: [], blame: null, ...review }, criteria, blamable);

test("an output that meets every criterion is accepted", () => {
  expect(verdict({})).toEqual({ verdict: "accept", reason: "Every criterion is met." });
});

test("an output without criteria is accepted when no problem blocks", () => {
  const review = { criteria: [], problems: [], blame: null };

  expect(verdictOf(review, [], [])).toEqual({ verdict: "accept", reason: "Every criterion is met." });
});

test("an unmet criterion is told by its finding", () => {
  const unmet = [{ criterion: 0, met: false, finding: "No source for the third figure." }, ...met.slice(1)];

  expect(verdict({ criteria: unmet })).toEqual({
    verdict: "rerun",
    reason: "No source for the third figure.",
  });
});

test("an unmet criterion without a finding is told by itself", () => {
  const unmet = [...met.slice(0, 1), { criterion: 1, met: false, finding: "" }];

  expect(verdict({ criteria: unmet })).toEqual({ verdict: "rerun", reason: "Not met: It is short." });
});

test("a criterion that was not judged is not met", () => {
  expect(verdict({ criteria: met.slice(0, 1) })).toEqual({
    verdict: "rerun",
    reason: "Not judged: It is short.",
  });
});

test("a criterion judged twice is met only when both say so", () => {
  const twice = [...met, { criterion: 0, met: false, finding: "On second thought, no." }];

  expect(verdict({ criteria: twice })).toEqual({ verdict: "rerun", reason: "On second thought, no." });
});

test("a finding about a criterion that does not exist changes nothing", () => {
  expect(verdict({ criteria: [...met, { criterion: 7, met: false, finding: "?" }] }).verdict).toBe("accept");
});

test("a blocking problem rejects although every criterion is met", () => {
  const problems = [
    { description: "It is a haiku.", blocking: false },
    { description: "It insults the reader.", blocking: true },
  ];

  expect(verdict({ problems })).toEqual({ verdict: "rerun", reason: "It insults the reader." });
});

test("all that stands against an output is told", () => {
  const review = { criteria: [], problems: [{ description: "It is empty.", blocking: true }] };

  expect(verdict(review).reason).toBe("Not judged: It names a source. Not judged: It is short. It is empty.");
});

test("an input can be blamed when the output fails", () => {
  expect(verdict({ criteria: met.slice(1), blame: "facts" })).toEqual({
    verdict: "blame",
    reason: "Not judged: It names a source.",
  });
});

test("nothing is blamed when the output does not fail", () => {
  expect(verdict({ blame: "facts" }).verdict).toBe("accept");
});

test("only what may be blamed can be blamed", () => {
  expect(verdict({ criteria: [], blame: "weather" }).verdict).toBe("rerun");
  expect(verdict({ criteria: [], blame: "facts" }, []).verdict).toBe("rerun");
});
