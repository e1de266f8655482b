// What a call costs at list price. Prices and arithmetic are @pydantic/genai-prices'; what it lacks is the overlay's.
import { calcPrice, type ModelPrice, type Provider } from "@pydantic/genai-prices";
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
  if (own !== undefined) {
    return toPrice(calcPrice(toUnits(usage), own.model, { provider: toProvider(own) }), own.asOf, share);
  }
  return packagePriceOf(model, usage, share);
}

/** The same by the price package alone, which knows some models under shorter names: those do not count. */
export function packagePriceOf(model: string, usage: Usage, share = 1): Price | null {
  const listed = calcPrice(toUnits(usage), model, ANTHROPIC);
  return isExactly(model, listed?.model.id) ? toPrice(listed, PACKAGE_PRICES_AS_OF, share) : null;
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

/** The same class names as in the price package, where `input_tokens` is the whole prompt, cached or not. */
function toUnits(usage: Usage): Record<string, number> {
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, outputTokens } = usage;
  return {
    input_tokens: inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens,
    cache_read_tokens: cacheReadTokens,
    cache_write_tokens: cacheWrite5mTokens + cacheWrite1hTokens,
    cache_write_1h_tokens: cacheWrite1hTokens,
    output_tokens: outputTokens,
  };
}

function toProvider(row: PriceRow): Provider {
  const price = (name: keyof TokenPrices): NonNullable<ModelPrice[string]> =>
    row.above === undefined
      ? row[name]
      : { base: row[name], tiers: [{ start: row.above.promptTokens, price: row.above[name] }] };
  const prices = {
    input_mtok: price("inputUsd"),
    cache_read_mtok: price("cacheReadUsd"),
    cache_write_mtok: price("cacheWrite5mUsd"),
    cache_write_1h_mtok: price("cacheWrite1hUsd"),
    output_mtok: price("outputUsd"),
  };
  const { model } = row;
  return {
    id: "terrace",
    name: row.source,
    api_pattern: "",
    models: [{ id: model, match: { equals: model }, prices }],
  };
}

function isExactly(model: string, listed: string | undefined): boolean {
  if (listed === undefined || !model.startsWith(listed)) return false;
  const rest = model.slice(listed.length);
  return rest === "" || /^-20\d{6}$/.test(rest);
}

function toPrice(
  calculated: { readonly total_price: number } | null,
  asOf: string,
  share: number,
): Price | null {
  if (calculated === null) return null;
  // Floating-point dollars are off by far less than a nano-dollar, so that whole nano-dollars are exact, and halves too.
  const nanoUsd = Math.round(calculated.total_price * 1e9) * share;
  return { microUsd: Math.floor((nanoUsd + 500) / 1_000), asOf };
}
