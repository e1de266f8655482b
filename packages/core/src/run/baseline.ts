import { type Pricing, priceAt, sum, warm } from "./call-price.js";
import type { EndedCall } from "./ended-calls.js";
import type { Spending } from "./spending.js";
import type { RunState } from "./state.js";

/** The same accepted work with all of it at one tier: an estimate. Amounts in US dollars at list price. */
export interface Baseline {
  readonly tier: string;
  readonly model: string;
  /** The accepted answers alone. `null` when a price or the tokens of an answer are unknown. */
  readonly usd: number | null;
  /** What this whole run saved against it; negative when it cost more. `null` when either side is unknown. */
  readonly savedUsd: number | null;
  /** The same as a share of `usd`; `null` when that is nothing, too. */
  readonly savedShare: number | null;
  /** With this run's planning, and the reviews of the accepted answers at this tier, too: the same way of working. */
  readonly reviewedUsd: number | null;
  /** How many of the accepted answers came from a higher tier in this run: here they are taken to come from this one. */
  readonly trustedAnswers: number;
  /** What the figures rest on. */
  readonly assumes: string;
}

/** Prices the accepted work of a run at one tier. All that it leaves out favours the baseline. */
export function baselineAt(tier: string, state: RunState, spending: Spending, pricing: Pricing): Baseline {
  const { team, ledger } = state;
  const model = team.models[tier]?.model ?? tier;
  const accepted = spending.acceptedUsd;
  const priced = (calls: readonly EndedCall[]) =>
    calls.map(({ sent: { urgency }, usage }) =>
      usage === null ? null : priceAt(model, { usage: warm(usage), urgency }, pricing),
    );
  const answers = priced(accepted);
  const microUsd = sum(answers.map((price) => price?.microUsd ?? null));
  const reviews = priced(spending.reviewUsd).map((price) => price?.microUsd ?? null);
  const reviewed = sum([microUsd, ...reviews, ...spending.plannerUsd.map((call) => call.microUsd)]);
  const isKnown = microUsd !== null && ledger.total.unpricedCalls === 0;
  const saved = isKnown ? microUsd - ledger.total.microUsd : null;
  const isHigher = (other: string): boolean => team.ladder.indexOf(other) > team.ladder.indexOf(tier);
  const trustedAnswers = accepted.filter(({ sent }) => isHigher(sent.tier)).length;
  const asOf = answers.find((price) => price !== null)?.asOf;
  return {
    tier,
    model,
    usd: toUsd(microUsd),
    savedUsd: toUsd(saved),
    savedShare: saved === null || !microUsd ? null : saved / microUsd,
    reviewedUsd: toUsd(reviewed),
    trustedAnswers,
    assumes: assumption(model, asOf, trustedAnswers, accepted.length),
  };
}

function assumption(model: string, asOf: string | undefined, trusted: number, answers: number): string {
  const prices = asOf === undefined ? `${model} prices` : `${model} prices of ${asOf}`;
  const doubt = ` ${trusted} of the ${answers} came from a higher tier here, and this one is trusted with them.`;
  return (
    `Estimate: each accepted answer once, at ${prices}, with the tokens it took here, a warm cache, live or batched ` +
    `as here; no planner, no review, nothing rejected.${trusted === 0 ? "" : doubt}`
  );
}

/** Micro-dollars as dollars; what is unknown stays so. */
export function toUsd(microUsd: number | null): number | null {
  return microUsd === null ? null : microUsd / 1e6;
}
