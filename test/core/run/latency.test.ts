import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Histogram, noteValue, quantile } from "../../../packages/core/src/run/histogram.js";
import { noteLatency, reportLatency } from "../../../packages/core/src/run/latency.js";
import { emptyLedger, noteCall } from "../../../packages/core/src/run/ledger.js";

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram: Histogram = new Map();
  for (const value of values) noteValue(histogram, value);
  return histogram;
};

describe("A quantile", () => {
  test("is at most 5 % off the value at its rank, or half of 1", () => {
    const values = fc.array(fc.double({ min: 0, max: 3_000_000_000, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(0, 0.5, 0.95, 1), (given, share) => {
        const sorted = [...given].sort((one, other) => one - other);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
        const found = quantile(histogramOf(given), share) ?? Number.NaN;

        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(0.5, 0.05 * exact));
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test("of nothing is nothing", () => {
    expect(quantile(new Map(), 0.5)).toBeNull();
  });

  test("is exact for small whole values", () => {
    for (const value of [0, 1, 2, 3, 4, 5, 6, 7, 8]) expect(quantile(histogramOf([value]), 0.5)).toBe(value);
  });

  test("takes what is below nothing, or no number, for nothing, and what is beyond all bounds for the last bucket", () => {
    expect(quantile(histogramOf([-5]), 1)).toBe(0);
    expect(quantile(histogramOf([Number.NaN]), 1)).toBe(0);
    expect(quantile(histogramOf([Number.POSITIVE_INFINITY]), 1)).toBe(quantile(histogramOf([1e300]), 1));
  });

  test("needs at most 257 buckets, however many values there are", () => {
    const values = Array.from({ length: 20_000 }, (_, index) => 1.01 ** (index % 4_000));

    expect(histogramOf([0, -1, ...values]).size).toBeLessThanOrEqual(257);
  });
});

describe("The latency of a tier", () => {
  const call = { purpose: "execute", tier: "haiku", role: "worker", taskId: "a", attempt: 1 } as const;
  const intent = {
    ...{ model: "m", effort: null, maxTokens: 10, key: "k", reservedMicroUsd: 9 },
    ...({ reservedTokens: 20, urgency: "live", standsInFor: null } as const),
  } as const;

  test("is told from its live answers: a batch has all the time there is", () => {
    const ledger = emptyLedger();
    for (const [index, ms] of [100, 200, 400].entries()) {
      noteCall(ledger, { ...call, ...intent, callId: `call_${index}` });
      noteLatency(ledger, { callId: `call_${index}`, latencyMs: ms, firstTokenMs: index === 0 ? 64 : null });
    }
    noteCall(ledger, { ...call, ...intent, callId: "late", urgency: "batch" });
    noteLatency(ledger, { callId: "late", latencyMs: 3_600_000, firstTokenMs: null });
    noteLatency(ledger, { callId: "unknown", latencyMs: 3_600_000, firstTokenMs: null });
    const latency = ledger.latencyByTier.get("haiku");

    expect([...ledger.latencyByTier.keys()]).toEqual(["haiku"]);
    expect(latency && reportLatency(latency)).toEqual({
      ...{ answers: 3, p50Ms: expect.closeTo(200, -1.1), p95Ms: expect.closeTo(400, -1.4) },
      ...{ firstTokenP50Ms: 64, firstTokenP95Ms: 64 },
    });
  });
});
