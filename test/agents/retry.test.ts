import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { waitBeforeRetry } from "../../packages/agents/src/retry.js";

const options = { retry: 0, random: () => 0.5, now: () => Date.UTC(2026, 10, 21, 12), maxWaitMs: 60_000 };
const wait = (headers: Record<string, string>, changes: Partial<typeof options> = {}) =>
  waitBeforeRetry(new Headers(headers), { ...options, ...changes });

describe("The wait before a retry", () => {
  test.each([
    ["[A01]", { "retry-after": "7" }, 7_350],
    ["[A01]", { "retry-after": "0.4" }, 525],
    ["[A01]", { "retry-after-ms": "150", "retry-after": "5" }, 275],
    ["[A02]", { "retry-after": "Sat, 21 Nov 2026 12:00:07 GMT" }, 7_350],
    [
      "[A02]",
      { "retry-after": "Sat, 21 Nov 2026 13:00:07 GMT", date: "Sat, 21 Nov 2026 13:00:00 GMT" },
      7_350,
    ],
    ["[A02]", { "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" }, 500],
    ["[A04]", { "retry-after-ms": "-5", "retry-after": "7" }, 7_350],
    ["[A04]", { "retry-after": "0" }, 500],
    ["[A04]", { "retry-after": "Infinity" }, 500],
    ["[A04]", { "retry-after": "7 apples" }, 500],
  ])("%s is, for %j, %i ms in the middle", (_, headers, ms) => {
    expect(wait(headers)).toEqual({ ms, isTooLong: false });
  });

  test("[A04] is never slept through when it is longer than is worth waiting for", () => {
    expect(wait({ "retry-after": "60" })).toEqual({ ms: 63_000, isTooLong: false });
    expect(wait({ "retry-after": "61" })).toEqual({ ms: 61_000, isTooLong: true });
    expect(wait({ "retry-after": "61" }, { maxWaitMs: 90_000 }).isTooLong).toBe(false);
    expect(wait({ "retry-after": "99999999999" })).toEqual({ ms: 2 ** 31 - 1, isTooLong: true });
  });

  test("[A01] is never shorter than asked for", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), random, (ms, value) => {
        const { ms: waited } = wait({ "retry-after-ms": String(ms) }, { random: () => value });

        expect(waited).toBeGreaterThanOrEqual(ms);
        expect(waited).toBeLessThanOrEqual(ms + Math.max(250, ms / 10) + 1);
      }),
    );
  });

  test("[A03] without a header is spread evenly over a window that doubles up to 30 seconds", () => {
    for (let retry = 0; retry < 8; retry += 1) {
      const window = Math.min(30_000, 1_000 * 2 ** retry);
      const waits = Array.from({ length: 1_000 }, (_, n) => wait({}, { retry, random: () => n / 1_000 }).ms);

      expect(Math.min(...waits)).toBe(0);
      expect(Math.max(...waits)).toBeLessThan(window);
      expect(waits.filter((ms) => ms < window / 4)).toHaveLength(250);
    }
  });

  test("[A04] is always a number a timer can hold, whatever the header", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), fc.nat({ max: 2_000 }), (header, retry) => {
        const { ms } = waitBeforeRetry(new Headers({ "retry-after": header.trim() }), { ...options, retry });

        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(2 ** 31 - 1);
      }),
    );
  });
});
