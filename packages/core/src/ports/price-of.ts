import type { Urgency } from "../run/urgency.js";
import type { Usage } from "./call-journal.js";

/** USD per million tokens, for each class of tokens. */
export interface TokenPrices {
  readonly inputUsd: number;
  /** Thinking included. */
  readonly outputUsd: number;
  readonly cacheReadUsd: number;
  readonly cacheWrite5mUsd: number;
  readonly cacheWrite1hUsd: number;
}

/** The prices of one model, wherever they are from. */
export interface PriceRow extends TokenPrices {
  /** The exact id, as answers name it. */
  readonly model: string;
  /** Other prices for a whole request, its output too, whose prompt is longer than so many tokens. */
  readonly above?: TokenPrices & { readonly promptTokens: number };
  readonly source: string;
  /** The day the prices were valid, as YYYY-MM-DD. */
  readonly asOf: string;
}

/** On what terms a call is priced. */
export interface PriceTerms {
  readonly urgency: Urgency;
  /** Prices that win over all others. */
  readonly prices: readonly PriceRow[];
}

/** What a call costs at list price. */
export interface Price {
  /** Whole micro-dollars; a micro-dollar is 0.000001 USD. */
  readonly microUsd: number;
  /** The day of the price list, as YYYY-MM-DD. */
  readonly asOf: string;
}

/** Prices a call to a model; `null` when the model has no known price, and never another model's. */
export type PriceOf = (model: string, usage: Usage, terms: PriceTerms) => Price | null;
