// The simulator's own bill: what the calls it answered would have cost.
//
// A call is billed when its answer begins, input and output in full, even when the client goes away in the middle.
// What an error status turns away and what never begins to answer costs nothing; a refusal by the model
// (`stop_reason: "refusal"`) is an answer and costs what its usage says.
//
// Rounding: a call's cost is exact in tenths of a nano-dollar, then rounded half up to whole micro-dollars, once per
// call. The bill is the sum of these whole numbers. One micro-dollar is 0.000001 USD.
import type { PromptUsage } from "./cache.js";
import { PRICES } from "./prices.js";

const KEPT_CALLS = 10_000;
/** Tenths of a nano-dollar in one micro-dollar. */
const UNITS = 10_000n;

/** What one call used. */
export interface CallUsage extends PromptUsage {
  /** Thinking included. */
  readonly outputTokens: number;
  /** @default "standard" */
  readonly speed?: "standard" | "fast" | null | undefined;
  /** Where it ran; `"us"` costs a tenth more. @default "global" */
  readonly geo?: "us" | "global" | null | undefined;
  /** A batch costs half. @default "standard" */
  readonly serviceTier?: "standard" | "batch" | undefined;
}

/** One billed call. */
export interface BilledCall extends CallUsage {
  readonly requestId: string;
  readonly messageId: string;
  /** The model the answer names; a wrong-model fault is billed as what it says. */
  readonly model: string;
  /** Whole micro-dollars. */
  readonly microUsd: number;
}

/** Sums over calls. */
export interface BillTotals {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  /** Whole micro-dollars. */
  readonly microUsd: number;
}

/** What everything answered so far costs. */
export interface Bill extends BillTotals {
  readonly usd: number;
  /** Keyed by the model id of the answers. */
  readonly byModel: Readonly<Record<string, BillTotals>>;
  /** The newest 10,000 calls, oldest first; the sums count all. */
  readonly calls: readonly BilledCall[];
}

/**
 * What one call costs, in whole micro-dollars, rounded half up; 0 for a model without a price.
 *
 * @see the pricing page, read 2026-11-21: ×1.1 for `inference_geo: "us"`, ×½ in a batch, cached tokens included; fast
 * mode ×2 is a third party's figure.
 */
export function costMicroUsd(model: string, usage: CallUsage): number {
  const listed = Object.hasOwn(PRICES, model) ? PRICES[model] : undefined;
  if (listed === undefined) return 0;
  const prompt =
    usage.inputTokens + usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
  const rates = listed.long !== undefined && prompt > listed.long.above ? listed.long : listed;
  const nano =
    times(usage.inputTokens, rates.input) +
    times(usage.outputTokens, rates.output) +
    times(usage.cacheReadTokens, rates.cacheRead) +
    times(usage.cacheWrite5mTokens, rates.cacheWrite5m) +
    times(usage.cacheWrite1hTokens, rates.cacheWrite1h);
  const exact = nano * (usage.speed === "fast" ? 2n : 1n) * (usage.geo === "us" ? 11n : 10n);
  const unit = usage.serviceTier === "batch" ? 2n * UNITS : UNITS;
  return Number((exact + unit / 2n) / unit);
}

/** Nano-dollars: every listed rate is a whole number of nano-dollars per token. */
function times(tokens: number, usdPerMillion: number): bigint {
  return BigInt(tokens) * BigInt(Math.round(usdPerMillion * 1000));
}

/** Adds up what calls cost. */
export class BillBook {
  #total: BillTotals = NOTHING;
  readonly #byModel: Map<string, BillTotals> = new Map();
  readonly #calls: BilledCall[] = [];

  add(call: Omit<BilledCall, "microUsd">): void {
    const billed = { ...call, microUsd: costMicroUsd(call.model, call) };
    this.#calls.push(billed);
    if (this.#calls.length > KEPT_CALLS) this.#calls.shift();
    this.#total = plus(this.#total, billed);
    this.#byModel.set(call.model, plus(this.#byModel.get(call.model) ?? NOTHING, billed));
  }

  /** The bill as it stands; a copy. */
  read(): Bill {
    const usd = this.#total.microUsd / 1_000_000;
    return { ...this.#total, usd, byModel: Object.fromEntries(this.#byModel), calls: [...this.#calls] };
  }
}

const NOTHING: BillTotals = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  microUsd: 0,
};

function plus(sum: BillTotals, call: BilledCall): BillTotals {
  return {
    requests: sum.requests + 1,
    inputTokens: sum.inputTokens + call.inputTokens,
    outputTokens: sum.outputTokens + call.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + call.cacheReadTokens,
    cacheWrite5mTokens: sum.cacheWrite5mTokens + call.cacheWrite5mTokens,
    cacheWrite1hTokens: sum.cacheWrite1hTokens + call.cacheWrite1hTokens,
    microUsd: sum.microUsd + call.microUsd,
  };
}
