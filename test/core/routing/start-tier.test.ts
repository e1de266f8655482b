import { expectedCosts, startTier } from "@terrace/core";
import { expect, test } from "vitest";

const rung = (tier: string, attempt: number, accepted: number, review = 0) => ({
  tier,
  attempt,
  review,
  accepted,
});

test("what starts at a rung costs its attempt, its review, and what is left of the chance all that follows", () => {
  const costs = expectedCosts([
    rung("haiku", 10, 0.5, 2),
    rung("sonnet", 30, 0.75, 2),
    rung("opus", 100, 0.9, 2),
  ]);

  expect(costs.map(({ tier, expected }) => [tier, expected])).toEqual([
    ["haiku", 12 + 0.5 * (32 + 0.25 * 102)],
    ["sonnet", 32 + 0.25 * 102],
    ["opus", 102],
  ]);
});

test("a cheap tier that is usually accepted is where tasks start", () => {
  expect(startTier([rung("haiku", 1, 0.8), rung("sonnet", 20, 0.9), rung("opus", 40, 1)])?.tier).toBe(
    "haiku",
  );
});

test("a cascade that would lose money starts at the top", () => {
  const rungs = [rung("haiku", 1.34, 0.28), rung("sonnet", 3, 0.43), rung("opus", 5.19, 0.59)];

  expect(startTier(rungs)).toMatchObject({ tier: "opus", expected: 5.19 });
});

test("two tiers that each pay against the next may both lose against the top", () => {
  const rungs = [rung("haiku", 40, 0.45), rung("sonnet", 90, 0.1), rung("opus", 100, 1)];
  const [haiku, sonnet] = expectedCosts(rungs);

  expect(haiku?.expected).toBeLessThan(sonnet?.expected ?? 0);
  expect(startTier(rungs)?.tier).toBe("opus");
});

test("of equals the dearer tier is the start, and without rungs there is none", () => {
  expect(startTier([rung("haiku", 50, 0.5), rung("opus", 100, 1)])?.tier).toBe("opus");
  expect(startTier([])).toBeUndefined();
});
