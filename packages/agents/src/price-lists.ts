// The price lists that calculators and benches name. A figure stands on one of them, and never on two.
import { DeclarationError } from "@terrace/core";
import { z } from "zod";
import { named, shown } from "./shown.js";

/** What a tier costs, in USD per million tokens, before caching or a batch. */
export interface TierPrice {
  readonly model: string;
  readonly inputUsd: number;
  readonly outputUsd: number;
  /** Other prices for a whole request whose prompt is longer than so many tokens. */
  readonly above?: { readonly promptTokens: number; readonly inputUsd: number; readonly outputUsd: number };
}

/** Prices of one ladder on one day. */
export interface PriceList {
  readonly name: string;
  readonly source: string;
  /** The day the prices were valid, as YYYY-MM-DD. */
  readonly asOf: string;
  /** Cheapest first. */
  readonly tiers: { readonly [tier: string]: TierPrice };
}

/** The names of the lists that have one, oldest first. */
const NAMES = ["2024", "4", "4.5", "5", "5.5"] as const;

/** The name of a price list. */
export type PriceListName = (typeof NAMES)[number];

/** The price list of the models that are current. */
export const TODAY: PriceListName = "5.5";

const list = (name: PriceListName, asOf: string, source: string, tiers: PriceList["tiers"]): PriceList => ({
  name,
  source,
  asOf,
  tiers,
});

/** The lists that have a name. */
export const PRICE_LISTS: { readonly [Name in PriceListName]: PriceList } = {
  "2024": list("2024", "2024-03-13", "Anthropic's prices of Claude 3, in its announcement of Haiku", {
    haiku: { model: "claude-3-haiku-20240307", inputUsd: 0.25, outputUsd: 1.25 },
    sonnet: { model: "claude-3-sonnet-20240229", inputUsd: 3, outputUsd: 15 },
    opus: { model: "claude-3-opus-20240229", inputUsd: 15, outputUsd: 75 },
  }),
  "4": list("4", "2025-05-22", "Anthropic's prices of Claude 4, with Haiku 3.5, in its announcement", {
    haiku: { model: "claude-3-5-haiku-20241022", inputUsd: 0.8, outputUsd: 4 },
    sonnet: { model: "claude-sonnet-4-20250514", inputUsd: 3, outputUsd: 15 },
    opus: { model: "claude-opus-4-20250514", inputUsd: 15, outputUsd: 75 },
  }),
  "4.5": list("4.5", "2026-09-23", "@pydantic/genai-prices 0.1.8", {
    haiku: { model: "claude-haiku-4-5", inputUsd: 1, outputUsd: 5 },
    sonnet: { model: "claude-sonnet-4-5", inputUsd: 3, outputUsd: 15 },
    opus: { model: "claude-opus-4-5", inputUsd: 5, outputUsd: 25 },
  }),
  "5": list("5", "2026-09-23", "@pydantic/genai-prices 0.1.8", {
    haiku: { model: "claude-haiku-4-5", inputUsd: 1, outputUsd: 5 },
    sonnet: { model: "claude-sonnet-5", inputUsd: 2, outputUsd: 10 },
    opus: { model: "claude-opus-5", inputUsd: 5, outputUsd: 25 },
  }),
  "5.5": list("5.5", "2026-10-09", "Anthropic's pricing page of 2026-10-09, read 2026-11-21", {
    haiku: {
      model: "claude-haiku-5-5",
      inputUsd: 0.1,
      outputUsd: 0.5,
      above: { promptTokens: 100_000, inputUsd: 0.5, outputUsd: 2.5 },
    },
    sonnet: { model: "claude-sonnet-5-5", inputUsd: 2, outputUsd: 10 },
    opus: { model: "claude-opus-5-5", inputUsd: 4, outputUsd: 20 },
  }),
};

const usd = z.number().min(0).max(100_000);
const listSchema = z.strictObject({
  name: z.string().min(1).max(256),
  source: z.string().min(1).max(10_000),
  asOf: z.iso.date(),
  tiers: z.record(
    z.string().max(64),
    z.strictObject({
      model: z.string().min(1).max(256),
      inputUsd: usd,
      outputUsd: usd,
      above: z
        .strictObject({ promptTokens: z.number().int().min(0), inputUsd: usd, outputUsd: usd })
        .exactOptional(),
    }),
  ),
});

/**
 * The list of that name, or a list of one's own when it is whole.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) when it is neither.
 */
export function priceListOf(prices: PriceListName | PriceList): PriceList {
  if (typeof prices === "string" && Object.hasOwn(PRICE_LISTS, prices)) return PRICE_LISTS[prices];
  if (typeof prices !== "object" || prices === null) {
    throw new DeclarationError("OPTIONS_INVALID", [
      `Expected \`prices\` to be a price list (${named(NAMES)}), got ${shown(prices)}. ` +
        "Name one of them, or give a list of your own.",
    ]);
  }
  const parsed = listSchema.safeParse(prices, { reportInput: true });
  if (parsed.success) return prices;
  throw new DeclarationError(
    "OPTIONS_INVALID",
    parsed.error.issues.map((issue) => {
      const place = ["prices", ...issue.path.map(String)].join(".");
      const field = String(issue.path.at(-1));
      return field === "asOf"
        ? `Expected \`${place}\` to be the day the prices were valid, as YYYY-MM-DD, got ${shown(issue.input)}. ` +
            "Say when you read them: prices without a date cannot be audited."
        : `Expected \`${place}\` to be right (${issue.message}), got ${shown(issue.input)}. See \`PriceList\`.`;
    }),
  );
}
