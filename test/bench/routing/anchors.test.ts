import { expect, test } from "vitest";
import { anchorsOf, freeCascade, randomSuccessAt } from "../../../bench/routing/anchors.js";
import { foresightCost } from "../../../bench/routing/foresight.js";
import { leastCost, mostSuccess } from "../../../bench/routing/mix.js";
import { compareWithPublished, deviations } from "../../../bench/routing/published.js";
import { reviewerOf } from "../../../bench/routing/reviewer.js";
import { expectation, reviewedFrom } from "../../../bench/routing/treatment.js";
import { madeUpLadder, times } from "./folder.js";

// Half are easy, a quarter need the middle, a quarter the top: at 1, 5 and 10 a task.
const ladder = madeUpLadder([
  ...times(2, ["any", 1, 1, 1] as const),
  ["any", 0, 1, 1] as const,
  ["any", 0, 0, 1] as const,
]);

test("single tiers, the oracle and the cascade come out as one counts them by hand", () => {
  const { single, oracle } = anchorsOf(ladder, 0.99);
  expect(single).toEqual([
    { success: 0.5, cost: 1 },
    { success: 0.75, cost: 5 },
    { success: 1, cost: 10 },
  ]);
  expect(oracle).toEqual({ success: 1, saved: 1 - 17 / 40 });
  // 1 for the easy ones, 6 and 16 for the others.
  expect(freeCascade(ladder, "100/100")).toEqual({
    success: 1,
    saved: 1 - 24 / 40,
    escalated: 0.5,
    reachedTop: 0.25,
  });
});

test("a cascade can cost more than the top tier alone", () => {
  const hard = madeUpLadder(times(4, ["any", 0, 0, 1] as const));
  expect(freeCascade(hard, "100/100").saved).toBeCloseTo(-0.6);
});

test("a review costs a tenth of the mid tier's task, and the last tier has none", () => {
  const [, , middling] = ladder.instances;
  if (middling === undefined) throw new Error("The task is gone.");
  const { reviewCost, cost, calls } = expectation(reviewedFrom(0, 3), middling, reviewerOf("100/100"));
  expect(reviewCost).toBeCloseTo(1);
  expect(cost).toBeCloseTo(1 + 0.5 + 5 + 0.5);
  expect(calls).toEqual([1, 1, 0]);
});

test("a reviewer at the executor's own tier costs a tenth of that tier's task", () => {
  const [, , middling] = ladder.instances;
  if (middling === undefined) throw new Error("The task is gone.");
  const own = reviewerOf("100/100", { fee: "own" });
  expect(expectation(reviewedFrom(0, 3), middling, own).reviewCost).toBeCloseTo(0.1 + 0.5);
});

test("a reviewer that errs lets wrong outputs through and sends right ones up", () => {
  const [easy, , , hard] = ladder.instances;
  if (easy === undefined || hard === undefined) throw new Error("The tasks are gone.");
  const reviewer = reviewerOf("90/80");
  expect(expectation(reviewedFrom(0, 3), easy, reviewer).escalated).toBeCloseTo(0.1);
  expect(expectation(reviewedFrom(0, 3), hard, reviewer).success).toBeCloseTo(0.64);
  const [lucky] = madeUpLadder([["any", 1, 0, 0]]).instances;
  if (lucky === undefined) throw new Error("The task is gone.");
  expect(expectation(reviewedFrom(0, 3), lucky, reviewer).success).toBeCloseTo(0.9);
});

test("halved, a reviewer is half as far from a coin where every tier fails, and nowhere else", () => {
  const hopeless = madeUpLadder([["any", 0, 0, 0], ...times(1, ["any", 0, 0, 1] as const)]);
  const escalated = hopeless.instances.map(
    (instance) => expectation(reviewedFrom(0, 3), instance, reviewerOf("90/80", { halved: true })).escalated,
  );
  expect(escalated).toEqual([0.65, 0.8]);
});

test("a random mix is the line between two points", () => {
  const points = [
    { success: 0.5, cost: 1 },
    { success: 0.75, cost: 5 },
    { success: 1, cost: 10 },
  ];
  expect(leastCost(points, 0.9)).toBeCloseTo(8);
  expect(mostSuccess(points, 8)).toBeCloseTo(0.9);
  expect(leastCost(points, 0.4)).toBe(1);
  expect(randomSuccessAt(ladder, 8)).toBeCloseTo(0.9);
});

test("foresight buys success where it is cheapest, the last of it in part", () => {
  expect(foresightCost(ladder.instances, 1)).toBeCloseTo((1 + 1 + 5 + 10) / 4);
  expect(foresightCost(ladder.instances, 0.75)).toBeCloseTo((1 + 1 + 5 + 1) / 4);
  expect(foresightCost(ladder.instances, 0.875)).toBeCloseTo((1 + 1 + 5 + 5.5) / 4);
});

test("anchors that are off from published ones are named", () => {
  expect(compareWithPublished(ladder)).toEqual([]);
  const named = { ...ladder, name: "bfcl/prompt", list: "5.5" as const };
  const off = deviations(compareWithPublished(named));
  expect(off.map(({ what }) => what)).toContain("all cheap saves");
});

test("a reviewer that is no two percentages is refused", () => {
  expect(() => reviewerOf("ninety")).toThrow(
    'Expected a reviewer as two percentages, accepts right and rejects wrong, such as 90/90, got "ninety".',
  );
});
