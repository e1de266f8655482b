import { expect, test } from "vitest";
import { clampTier, higherTier, nextTier, topTier } from "../../packages/core/src/ladder.js";

const ladder = ["low", "mid", "top"];

test("the next tier is exactly one up, and there is none above the top", () => {
  expect(nextTier(ladder, "low")).toBe("mid");
  expect(nextTier(ladder, "mid")).toBe("top");
  expect(nextTier(ladder, "top")).toBeUndefined();
  expect(nextTier(ladder, "elsewhere")).toBeUndefined();
});

test("the top tier is the last", () => {
  expect(topTier(ladder)).toBe("top");
  expect(topTier(["only"])).toBe("only");
});

test("the higher of two tiers is the later one", () => {
  expect(higherTier(ladder, "low", "top")).toBe("top");
  expect(higherTier(ladder, "mid", "low")).toBe("mid");
});

test.each([
  ["low", "mid", "top", "mid"],
  ["top", "low", "mid", "mid"],
  ["mid", "low", "top", "mid"],
])("%s between %s and %s is %s", (tier, floor, ceiling, expected) => {
  expect(clampTier(ladder, tier, floor, ceiling)).toBe(expected);
});
