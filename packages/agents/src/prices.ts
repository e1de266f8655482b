// What a call costs at list price. Prices are @pydantic/genai-prices'; what it lacks is the overlay's. The arithmetic is
// ours, and the same: its own weighs every kind of usage against every other, at each call and for each figure of a quote.
import { calcPrice, type ModelPrice } from "@pydantic/genai-prices";
import {
  checkPriceRows,
  DeclarationError,
  type Price,
  type PriceRow,
  type PriceTerms,
  type TokenPrices,
  type Usage,
} from "@terrace/core";
import { PRICE_OVERLAY } from "./price-overlay.js";

/**
 * The day @pydantic/genai-prices 0.1.8 was published, which dates the prices in it.
 *
 * @see the npm registry, read 2026-11-21
 */
export const PACKAGE_PRICES_AS_OF = "2026-09-23";

const ANTHROPIC = { providerId: "anthropic", timestamp: new Date(PACKAGE_PRICES_AS_OF) } as const;

/** Live, at list prices. */
const PLAIN_TERMS: PriceTerms = { urgency: "live", prices: [] };

/**
 * A batch costs half of everything, cached tokens included.
 *
 * @see Anthropic's page on batch processing, read 2026-11-21
 */
const BATCH_SHARE = 0.5;

/**
 * What a call to a model costs at list price; `null` when the model has no known price, and never another model's.
 *
 * `terms.prices` win over everything else, the first of them over the next. The id must match exactly, but for a date
 * at its end (`claude-haiku-4-5-20251001` is `claude-haiku-4-5` of a day). Rounded once, half up, to whole
 * micro-dollars; exact for prices in whole thousandths of a USD per million tokens, which all list prices are.
 *
 * @example
 * priceOf("claude-opus-5-5", { ...NO_USAGE, inputTokens: 2_000, outputTokens: 500 }) // 18_000 micro-dollars
 */
export function priceOf(
  model: string,
  usage: Usage,
  { urgency, prices }: PriceTerms = PLAIN_TERMS,
): Price | null {
  const own = prices.find((row) => row.model === model) ?? PRICE_OVERLAY.find((row) => row.model === model);
  const share = urgency === "batch" ? BATCH_SHARE : 1;
  if (own === undefined) return packagePriceOf(model, usage, share);
  const { above } = own;
  const line = above !== undefined && promptOf(usage) > above.promptTokens ? above : own;
  return toPrice(usage, line, own.asOf, share);
}

/** The same by the price package alone, which knows some models under shorter names: those do not count. */
export function packagePriceOf(model: string, usage: Usage, share = 1): Price | null {
  const listed = listedPrice(model);
  return listed === null
    ? null
    : toPrice(usage, lineOf(listed, promptOf(usage)), PACKAGE_PRICES_AS_OF, share);
}

/** What the package lists, by the ids that were asked for, since finding a model takes longer than pricing its call. */
const found = new Map<string, ModelPrice | null>();
const MOST_FOUND = 1_000;

function listedPrice(model: string): ModelPrice | null {
  const known = found.get(model);
  if (known !== undefined) return known;
  const listed = calcPrice({}, model, ANTHROPIC);
  const price = listed !== null && isExactly(model, listed.model.id) ? listed.model_price : null;
  if (found.size < MOST_FOUND) found.set(model, price);
  return price;
}

/** The prices for a prompt of that length. What has no price of its own costs what it is a part of. */
function lineOf(listed: ModelPrice, promptTokens: number): TokenPrices {
  const at = (name: string): number | undefined => {
    const price = listed[name];
    if (price === undefined || typeof price === "number") return price;
    return price.tiers.findLast(({ start }) => promptTokens > start)?.price ?? price.base;
  };
  const inputUsd = at("input_mtok") ?? 0;
  const cacheWrite5mUsd = at("cache_write_mtok") ?? inputUsd;
  return {
    inputUsd,
    outputUsd: at("output_mtok") ?? 0,
    cacheReadUsd: at("cache_read_mtok") ?? inputUsd,
    cacheWrite5mUsd,
    cacheWrite1hUsd: at("cache_write_1h_mtok") ?? cacheWrite5mUsd,
  };
}

/**
 * Checks prices given by a user.
 *
 * @throws DeclarationError when one is not a price.
 */
export function assertPrices(prices: readonly PriceRow[]): void {
  const issues = checkPriceRows(prices);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
}

/** The whole prompt, cached or not. */
function promptOf({ inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens }: Usage): number {
  return inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
}

function isExactly(model: string, listed: string | undefined): boolean {
  if (listed === undefined || !model.startsWith(listed)) return false;
  const rest = model.slice(listed.length);
  return rest === "" || /^-20\d{6}$/.test(rest);
}

function toPrice(usage: Usage, line: TokenPrices, asOf: string, share: number): Price {
  // A USD per million tokens is a micro-dollar for each.
  const microUsd =
    usage.inputTokens * line.inputUsd +
    usage.cacheReadTokens * line.cacheReadUsd +
    usage.cacheWrite5mTokens * line.cacheWrite5mUsd +
    usage.cacheWrite1hTokens * line.cacheWrite1hUsd +
    usage.outputTokens * line.outputUsd;
  // Floating-point sums are off by far less than a nano-dollar, so that whole nano-dollars are exact, and halves too.
  const nanoUsd = Math.round(microUsd * 1e3) * share;
  return { microUsd: Math.floor((nanoUsd + 500) / 1_000), asOf };
}
