// Where a run's money went, and what the same accepted work would have cost at one tier: net of all that routing takes.
import type { PriceOf } from "../ports/price-of.js";
import { type Baseline, baselineAt, toUsd } from "./baseline.js";
import { cachedTokens, type Pricing, savedBy, uncached } from "./call-price.js";
import { type EndedCall, endedCalls } from "./ended-calls.js";
import type { RunEvent } from "./events.js";
import { evolve } from "./evolve.js";
import { acceptedTasks, addUp, type SpendingLines, spendingOf } from "./spending.js";
import { initialState } from "./state.js";

/** What a run cost, what on, and what the same accepted work would have cost without routing. US dollars at list price. */
export interface Comparison extends SpendingLines {
  /** The sum of the lines. */
  readonly usd: number;
  /** What the prompt cache saved: reads, less what writes cost more. Negative when it cost more; `null` when unknown. */
  readonly cacheSavingUsd: number | null;
  /** What sending with batches saved; `null` when unknown. */
  readonly batchSavingUsd: number | null;
  /** Calls of unknown cost, which no line holds. */
  readonly unpricedCalls: number;
  /** The most that those can have cost. */
  readonly unknownUsd: number;
  /** Accepted answers that were taken over from another run: they cost nothing here, and no baseline holds them. */
  readonly reusedAnswers: number;
  readonly allTop: Baseline;
  /** The middle of the ladder, the lower one of two; `null` when it has no tier between top and bottom. */
  readonly allMiddle: Baseline | null;
  readonly allCheapest: Baseline;
}

/**
 * Compares a run with all of its accepted work at one tier.
 *
 * The run counts whole: planner, reviews, attempts in vain, cold caches. A baseline counts the accepted answers alone,
 * once, without planner or review, with a warm cache, and live or batched as here: all of that favours it.
 */
export function compare(log: readonly RunEvent[], priceOf: PriceOf): Comparison {
  const state = log.reduce((before, event) => evolve(before, event), initialState());
  const calls = endedCalls(log);
  const spending = spendingOf(state, calls);
  const { microUsd, unpricedCalls, unknownMicroUsd } = state.ledger.total;
  const { ladder, prices } = state.team;
  const pricing: Pricing = { priceOf, prices };
  const at = (tier = ""): Baseline => baselineAt(tier, state, spending, pricing);
  return {
    usd: microUsd / 1e6,
    ...addUp(spending),
    cacheSavingUsd: toUsd(cacheSaving(calls, pricing)),
    batchSavingUsd: toUsd(batchSaving(calls, pricing)),
    unpricedCalls,
    unknownUsd: unknownMicroUsd / 1e6,
    reusedAnswers: acceptedTasks(state).length - spending.acceptedUsd.length,
    allTop: at(ladder.at(-1)),
    allMiddle: ladder.length > 2 ? at(ladder[Math.floor((ladder.length - 1) / 2)]) : null,
    allCheapest: at(ladder[0]),
  };
}

/** Orphans are not in it: nobody knows what they used. */
function cacheSaving(calls: readonly EndedCall[], pricing: Pricing): number | null {
  const cached = calls.filter(({ usage }) => usage !== null && cachedTokens(usage) > 0);
  return savedBy(cached, pricing, (way) => ({
    with: way,
    without: { ...way, usage: uncached(way.usage) },
  }));
}

function batchSaving(calls: readonly EndedCall[], pricing: Pricing): number | null {
  const batched = calls.filter(({ sent, end }) => sent.urgency === "batch" && end === "answered");
  return savedBy(batched, pricing, (way) => ({ with: way, without: { ...way, urgency: "live" } }));
}
