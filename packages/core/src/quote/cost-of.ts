import { NO_USAGE, type Usage } from "../ports/call-journal.js";
import type { CallSize } from "../ports/size-of.js";
import type { Pricing } from "../run/call-price.js";
import type { Urgency } from "../run/urgency.js";
import type { Range } from "./range.js";

/** How calls are priced for a quote. */
export interface DatedPricing extends Pricing {
  /** Told the day of each price that was used. */
  readonly used: (model: string, asOf: string | null) => void;
}

/**
 * What a call costs, in micro-dollars; `null` when its model has no known price.
 *
 * At least: the whole prompt is read from the cache. At most: all of it is written there, and the answer is wanted live,
 * since a batch of one is sent so.
 */
export function costOf(
  model: string,
  { promptTokens, outputTokens }: CallSize,
  urgency: Urgency,
  { priceOf, prices, used }: DatedPricing,
): Range | null {
  const price = (usage: Partial<Usage>, how: Urgency): number | null => {
    const found = priceOf(model, { ...NO_USAGE, ...usage }, { urgency: how, prices });
    used(model, found?.asOf ?? null);
    return found?.microUsd ?? null;
  };
  const least = price({ cacheReadTokens: promptTokens.least, outputTokens: outputTokens.least }, urgency);
  const likely = price({ inputTokens: promptTokens.likely, outputTokens: outputTokens.likely }, urgency);
  const plain = price({ inputTokens: promptTokens.most, outputTokens: outputTokens.most }, "live");
  const cached = price({ cacheWrite5mTokens: promptTokens.most, outputTokens: outputTokens.most }, "live");
  if (least === null || likely === null || plain === null || cached === null) return null;
  return { least, likely, most: Math.max(plain, cached) };
}
