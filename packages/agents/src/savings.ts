import { assertMix, type MixReport, priceMix, type Split } from "./mix.js";
import { type PriceList, type PriceListName, priceListOf } from "./price-lists.js";

/** What `savings` is asked. */
export interface SavingsQuestion {
  readonly split: Split;
  /** Tokens that the work takes, at whichever tier. @default 0 of what is left out */
  readonly tokens: { readonly inputTokens?: number; readonly outputTokens?: number };
  /** The name of a price list, or a list of your own. */
  readonly prices: PriceListName | PriceList;
}

/**
 * What work costs when it is split over tiers, against all of it at one.
 *
 * Counts equal tokens at every tier, no planner, no review, no task done twice and no cache: the most that a split can
 * save, and not what a run will. No prompt is taken to be so long that another price holds.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 * @example
 * savings({ split: { haiku: 0.7, sonnet: 0.2, opus: 0.1 }, tokens: { outputTokens: 100_000_000 }, prices: "4.5" }).usd // 900
 */
export function savings({ split, tokens, prices }: SavingsQuestion): MixReport {
  const { inputTokens = 0, outputTokens = 0 } = tokens;
  const list = priceListOf(prices);
  assertMix(split, list, { "tokens.inputTokens": inputTokens, "tokens.outputTokens": outputTokens });
  return priceMix(split, { inputTokens, outputTokens, promptTokens: null }, list);
}
