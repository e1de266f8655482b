import type { Usage } from "../ports/call-journal.js";
import type { Price, PriceOf, PriceTerms } from "../ports/price-of.js";
import type { EndedCall } from "./ended-calls.js";

/** How calls are priced now. */
export interface Pricing {
  readonly priceOf: PriceOf;
  readonly prices: PriceTerms["prices"];
}

/** How a call could have been made. */
export interface Way {
  readonly usage: Usage;
  readonly urgency: PriceTerms["urgency"];
}

/** The price of a call made that way. */
export function priceAt(model: string, { usage, urgency }: Way, { priceOf, prices }: Pricing): Price | null {
  return priceOf(model, usage, { urgency, prices });
}

/** What one way of making calls saved against another, in micro-dollars; `null` when one has no price. */
export function savedBy(
  calls: readonly EndedCall[],
  pricing: Pricing,
  waysOf: (call: Way) => { readonly with: Way; readonly without: Way },
): number | null {
  const saved = calls.map(({ model, usage, sent: { urgency } }) => {
    if (usage === null) return null;
    const ways = waysOf({ usage, urgency });
    const spent = priceAt(model, ways.with, pricing);
    const spared = priceAt(model, ways.without, pricing);
    return spent === null || spared === null ? null : spared.microUsd - spent.microUsd;
  });
  return sum(saved);
}

/** A sum, of which an unknown part makes the whole unknown. */
export function sum(parts: readonly (number | null)[]): number | null {
  let total = 0;
  for (const part of parts) {
    if (part === null) return null;
    total += part;
  }
  return total;
}

/** How many tokens of a call had to do with the prompt cache. */
export function cachedTokens({ cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens }: Usage): number {
  return cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
}

const NO_CACHE = { cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };

/** The same without a cache. */
export function uncached(usage: Usage): Usage {
  return { ...usage, ...NO_CACHE, inputTokens: usage.inputTokens + cachedTokens(usage) };
}

/** The same with all read that was read from the cache or written to it. */
export function warm(usage: Usage): Usage {
  return { ...usage, ...NO_CACHE, cacheReadTokens: cachedTokens(usage) };
}
