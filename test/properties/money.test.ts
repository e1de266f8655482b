import {
  type Comparison,
  evolve,
  initialState,
  type PriceOf,
  type RunEvent,
  type SpendingLines,
} from "@terrace/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compare } from "../../packages/core/src/run/compare.js";
import { holds, live } from "./live.js";
import { worlds } from "./worlds.js";

const LINES: readonly (keyof SpendingLines)[] = [
  "acceptedUsd",
  "plannerUsd",
  "reviewUsd",
  "escalationUsd",
  "repairUsd",
  "unacceptedUsd",
  "retryUsd",
  "orphanedUsd",
];

/** How a call may end, whatever became of its work. */
const ends = fc.record({
  kind: fc.constantFrom("answered", "answered", "answered", "failed", "orphaned"),
  microUsd: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 5_000_000 }) }, fc.constant(null)),
  tokens: fc.nat({ max: 1_000 }),
});

type End = typeof ends extends fc.Arbitrary<infer Value> ? Value : never;

/** The same log, in which each call ends as given. */
function ending(log: readonly RunEvent[], given: readonly End[]): RunEvent[] {
  let calls = 0;
  return log.map((event) => {
    const { kind, microUsd, tokens } = given[calls % given.length] as End;
    if (event.type !== "call.answered") return event;
    calls += 1;
    const usage = { ...event.usage, inputTokens: tokens, cacheReadTokens: tokens };
    if (kind === "answered") return { ...event, usage, costMicroUsd: microUsd };
    const { runId, seq, at, callId } = event;
    if (kind === "orphaned")
      return { type: "call.orphaned", runId, seq, at, callId, chargedMicroUsd: microUsd };
    return {
      type: "call.failed",
      runId,
      seq,
      at,
      callId,
      latencyMs: 1,
      usage,
      costMicroUsd: microUsd,
      fault: FAULT,
    };
  });
}

const FAULT = {
  ...{ outcome: "transport", scope: "call", code: "RESET", message: "It broke.", retryable: true },
  ...{ retryAfterMs: null, pause: null, issues: [] },
} as unknown as RunEvent<"call.failed">["fault"];

const priceOf: PriceOf = (model, { inputTokens, cacheReadTokens }) => ({
  microUsd: (model === "model-opus" ? 4 : 1) * (10 * inputTokens + cacheReadTokens),
  asOf: "2026-11-21",
});

test("[B09] the lines of a comparison add up to what the run spent, to the micro-dollar, at every moment of every run", async () => {
  await holds(
    fc.asyncProperty(
      worlds(),
      fc.array(ends, { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (world, given, cut) => {
        const { run } = await live(world);
        const whole = ending(run.log as RunEvent[], given);
        const log = whole.slice(0, Math.ceil(cut * whole.length));
        const comparison = compare(log, priceOf);
        const { total } = log.reduce((state, event) => evolve(state, event), initialState()).ledger;

        expect(microUsd(comparison, LINES)).toBe(total.microUsd);
        expect(microUsd(comparison, ["usd"])).toBe(total.microUsd);
        for (const { usd, savedUsd } of [comparison.allTop, comparison.allCheapest]) {
          if (savedUsd === null) expect(total.unpricedCalls > 0 || usd === null).toBe(true);
          else expect(Math.round((usd ?? 0) * 1e6) - Math.round(savedUsd * 1e6)).toBe(total.microUsd);
        }
        expect(compare(log, priceOf)).toEqual(comparison);
      },
    ),
  );
});

function microUsd(comparison: Comparison, lines: readonly (keyof SpendingLines | "usd")[]): number {
  return lines.reduce((sum, line) => sum + Math.round(comparison[line] * 1e6), 0);
}
