import type { FailedOutcome, Fault } from "@terrace/core";
import { fault } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../packages/core/src/run/limits.js";
import { canRetry, isPermanent, isQuality } from "../../../packages/core/src/run/retry.js";

/** A run that has asked for little yet. */
const young = { limits: DEFAULT_LIMITS, asked: 1, askedAgain: 0 };

const transport = (changes: Partial<Fault> = {}) => fault("transport", changes).fault;

describe("a fault of the answer itself", () => {
  test.each<FailedOutcome>(["truncated", "refused", "invalid_output", "empty", "context_exceeded"])(
    "is never retried, even when it claims that it may be: %s",
    (outcome) => {
      const claimed = fault(outcome, { retryable: true }).fault;

      expect(isQuality(claimed)).toBe(true);
      expect(canRetry(claimed, 0, young)).toBe(false);
      expect(isPermanent(claimed)).toBe(false);
    },
  );
});

describe("a transport fault", () => {
  test("is no fault of the work", () => {
    expect(isQuality(transport())).toBe(false);
  });

  test("is retried as often as the limits allow", () => {
    const allowed = [0, 1, 2, 3, 4].map((retries) => canRetry(transport(), retries, young));

    expect(allowed).toEqual([true, true, true, false, false]);
    expect(canRetry(transport(), 0, { ...young, limits: { ...DEFAULT_LIMITS, maxRetries: 0 } })).toBe(false);
  });

  test("[B07] is not retried once a fifth of what the run asks for is retries, beyond the first 50", () => {
    const allows = (asked: number, askedAgain: number) =>
      canRetry(transport(), 0, { ...young, asked, askedAgain });

    expect([allows(60, 49), allows(60, 50)]).toEqual([true, false]);
    expect([allows(1_000, 199), allows(1_000, 200)]).toEqual([true, false]);
  });

  test("of one tier is retried, of the whole run is not", () => {
    expect(canRetry(transport({ scope: "tier" }), 0, young)).toBe(true);
    expect(canRetry(transport({ scope: "run" }), 0, young)).toBe(false);
  });

  test("is permanent when the same request can never succeed", () => {
    expect(isPermanent(transport({ retryable: false }))).toBe(true);
    expect(canRetry(transport({ retryable: false }), 0, young)).toBe(false);
  });

  test("of the whole run is not permanent: the run waits", () => {
    expect(isPermanent(transport({ retryable: false, scope: "run" }))).toBe(false);
  });
});
