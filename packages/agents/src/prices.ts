// What a call costs at list price. Prices and arithmetic are @pydantic/genai-prices'; what it lacks is the overlay's.
import { calcPrice, type ModelPrice, type Provider } from "@pydantic/genai-prices";
import { DeclarationError, type Usage } from "@terrace/core";
import { z } from "zod";
import { PRICE_OVERLAY } from "./price-overlay.js";

/** USD per million tokens, for each class of tokens. */
interface TokenPrices {
  readonly inputUsd: number;
  /** Thinking included. */
  readonly outputUsd: number;
  readonly cacheReadUsd: number;
  readonly cacheWrite5mUsd: number;
  readonly cacheWrite1hUsd: number;
}

/** The prices of one model, wherever they are from. */
export interface PriceOverride extends TokenPrices {
  /** The exact id, as answers name it. */
  readonly model: string;
  /** Other prices for a whole request, its output too, whose prompt is longer than so many tokens. */
  readonly above?: TokenPrices & { readonly promptTokens: number };
  readonly source: string;
  /** The day the prices were valid, as YYYY-MM-DD. */
  readonly asOf: string;
}

/** What a call costs. */
export interface Price {
  /** Whole micro-dollars; a micro-dollar is 0.000001 USD. */
  readonly microUsd: number;
  /** The day of the price list, as YYYY-MM-DD. */
  readonly asOf: string;
}

/**
 * The day @pydantic/genai-prices 0.1.8 was published, which dates the prices in it.
 *
 * @see the npm registry, read 2026-11-21
 */
export const PACKAGE_PRICES_AS_OF = "2026-09-23";

const ANTHROPIC = { providerId: "anthropic", timestamp: new Date(PACKAGE_PRICES_AS_OF) } as const;

/**
 * What a call to a model costs at list price; `null` when the model has no known price, and never another model's.
 *
 * `overrides` win over everything else. The id must match exactly, but for a date at its end
 * (`claude-haiku-4-5-20251001` is `claude-haiku-4-5` of a day). Rounded once, half up, to whole micro-dollars; exact
 * for prices in whole thousandths of a USD per million tokens, which all list prices are.
 *
 * @example
 * priceOf("claude-opus-5-5", { ...NO_USAGE, inputTokens: 2_000, outputTokens: 500 }) // 18_000 micro-dollars
 */
export function priceOf(model: string, usage: Usage, overrides: readonly PriceOverride[] = []): Price | null {
  const own = [...overrides, ...PRICE_OVERLAY].find((row) => row.model === model);
  if (own !== undefined) {
    return toPrice(calcPrice(toUnits(usage), own.model, { provider: toProvider(own) }), own.asOf);
  }
  return packagePriceOf(model, usage);
}

/** The same by the price package alone, which knows some models under shorter names: those do not count. */
export function packagePriceOf(model: string, usage: Usage): Price | null {
  const listed = calcPrice(toUnits(usage), model, ANTHROPIC);
  return isExactly(model, listed?.model.id) ? toPrice(listed, PACKAGE_PRICES_AS_OF) : null;
}

/**
 * Checks prices given by a user.
 *
 * @throws DeclarationError when one is not a price.
 */
export function assertPrices(prices: readonly PriceOverride[]): void {
  const parsed = z.array(overrideSchema).safeParse(prices);
  if (parsed.success) return;
  const issues = parsed.error.issues.map(({ path, message }) => `\`prices.${path.join(".")}\`: ${message}.`);
  throw new DeclarationError("OPTIONS_INVALID", issues);
}

const usd = z.number().min(0).max(100_000);
const tokenPrices = {
  inputUsd: usd,
  outputUsd: usd,
  cacheReadUsd: usd,
  cacheWrite5mUsd: usd,
  cacheWrite1hUsd: usd,
};
const overrideSchema = z.strictObject({
  ...tokenPrices,
  model: z.string().min(1),
  above: z.strictObject({ ...tokenPrices, promptTokens: z.number().int().min(0) }).optional(),
  source: z.string().min(1),
  asOf: z.iso.date(),
});

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

function toProvider(row: PriceOverride): Provider {
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

function toPrice(calculated: { readonly total_price: number } | null, asOf: string): Price | null {
  if (calculated === null) return null;
  // Floating-point dollars are off by far less than a nano-dollar, so that whole nano-dollars are exact.
  const nanoUsd = Math.round(calculated.total_price * 1e9);
  return { microUsd: Math.floor((nanoUsd + 500) / 1_000), asOf };
}
