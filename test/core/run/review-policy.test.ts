import type { Confidence, ErrorCost, ReviewPolicyName } from "@terrace/core";
import { describe, expect, test } from "vitest";
import { isSampled, reviewTier, stepsAbove } from "../../../packages/core/src/run/review-policy.js";

const ladder = ["haiku", "sonnet", "opus"];

describe("an output of haiku is reviewed by", () => {
  test.each<[ReviewPolicyName, ErrorCost, Confidence, string]>([
    ["economy", "low", "high", "haiku"],
    ["economy", "low", "medium", "haiku"],
    ["economy", "low", "low", "sonnet"],
    ["economy", "high", "high", "sonnet"],
    ["economy", "high", "medium", "sonnet"],
    ["economy", "high", "low", "sonnet"],
    ["balanced", "low", "high", "haiku"],
    ["balanced", "low", "medium", "sonnet"],
    ["balanced", "low", "low", "sonnet"],
    ["balanced", "high", "high", "sonnet"],
    ["balanced", "high", "medium", "sonnet"],
    ["balanced", "high", "low", "opus"],
    ["thorough", "low", "high", "sonnet"],
    ["thorough", "low", "medium", "sonnet"],
    ["thorough", "low", "low", "opus"],
    ["thorough", "high", "high", "opus"],
    ["thorough", "high", "medium", "opus"],
    ["thorough", "high", "low", "opus"],
  ])("%s, at %s error cost and %s confidence: %s", (policy, errorCost, confidence, expected) => {
    expect(reviewTier(policy, { ladder, tier: "haiku", confidence, errorCost })).toBe(expected);
  });
});

describe("an output of opus is reviewed by opus, whatever the policy:", () => {
  test.each<ReviewPolicyName>(["economy", "balanced", "thorough"])("%s", (policy) => {
    expect(reviewTier(policy, { ladder, tier: "opus", confidence: "low", errorCost: "high" })).toBe("opus");
  });
});

describe("a policy of one's own", () => {
  const question = { ladder, tier: "sonnet", confidence: "low", errorCost: "high" } as const;

  test("is asked with the whole question", () => {
    const asked: unknown[] = [];
    reviewTier((given) => {
      asked.push(given);
      return "opus";
    }, question);

    expect(asked).toEqual([question]);
  });

  test("may ask for any tier from the executor's up", () => {
    expect(reviewTier(() => "sonnet", question)).toBe("sonnet");
    expect(reviewTier(() => "opus", question)).toBe("opus");
  });

  test("cannot ask for a tier below the executor's, or for none of the ladder", () => {
    expect(reviewTier(() => "haiku", question)).toBe("sonnet");
    expect(reviewTier(() => "mythos", question)).toBe("sonnet");
  });
});

test("steps above the top end at the top", () => {
  expect(stepsAbove(ladder, "haiku", 1)).toBe("sonnet");
  expect(stepsAbove(ladder, "haiku", 5)).toBe("opus");
  expect(stepsAbove(ladder, "haiku", Number.POSITIVE_INFINITY)).toBe("opus");
});

describe("an audit", () => {
  const audited = (share: number) =>
    Array.from({ length: 2_000 }, (_, index) => isSampled(share, "run_1", `t${index}`, 1)).filter(Boolean)
      .length;

  test("takes about the share that is asked for", () => {
    expect(audited(0)).toBe(0);
    expect(audited(1)).toBe(2_000);
    expect(audited(0.1)).toBeGreaterThan(120);
    expect(audited(0.1)).toBeLessThan(280);
  });

  /** The tasks, of forty, whose attempt of that number is audited. */
  const auditedOf = (runId: string, attempt: number) =>
    Array.from({ length: 40 }, (_, index) => index).filter((index) =>
      isSampled(0.2, runId, `t${index}`, attempt),
    );

  test("falls on the same attempts in every version that reads a log: FNV-1a of run, task and attempt", () => {
    expect(auditedOf("run_1", 1)).toEqual([1, 7, 11, 12, 14, 18, 19, 20, 21, 26, 30, 31, 32]);
    expect(auditedOf("run_😀", 2)).toEqual([0, 8, 10, 15, 18, 23, 27, 28, 31, 33, 37, 38]);
  });
});
