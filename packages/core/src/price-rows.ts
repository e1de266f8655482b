import { z } from "zod";
import { got, quoted } from "./errors.js";
import type { PriceRow } from "./ports/price-of.js";

const usd = z.number().min(0).max(100_000);
const tokenPrices = {
  inputUsd: usd,
  outputUsd: usd,
  cacheReadUsd: usd,
  cacheWrite5mUsd: usd,
  cacheWrite1hUsd: usd,
};

/** A row of prices, as logs and declarations hold it. */
export const priceRowSchema: z.ZodType<PriceRow> = z.strictObject({
  model: z.string().min(1).max(256),
  ...tokenPrices,
  above: z.strictObject({ ...tokenPrices, promptTokens: z.number().int().min(0) }).exactOptional(),
  source: z.string().min(1).max(10_000),
  asOf: z.iso.date(),
});

/** More models than anybody offers. */
const MOST_PRICE_ROWS = 1_000;

/**
 * Everything that is wrong with prices that a user gives, each in a line; empty when nothing is.
 *
 * @param where What the user calls them, such as `prices`.
 */
export function checkPriceRows(rows: readonly unknown[], where = "prices"): readonly string[] {
  if (rows.length > MOST_PRICE_ROWS) {
    return [
      `Expected \`${where}\` to have at most ${MOST_PRICE_ROWS} rows, got ${rows.length}. Keep the models you use.`,
    ];
  }
  const issues = rows.flatMap((row, index) => checkRow(row, `${where}[${index}]`));
  const models = rows.map(modelOf).filter((model) => model !== undefined);
  const twice = models.filter((model, index) => models.indexOf(model) !== index);
  if (twice.length > 0) {
    issues.push(
      `Expected \`${where}\` to have one row for each model, got ${quoted(new Set(twice))} twice. ` +
        "Keep the row that is in force.",
    );
  }
  return issues;
}

function checkRow(row: unknown, where: string): string[] {
  const parsed = priceRowSchema.safeParse(row, { reportInput: true });
  if (parsed.success) return [];
  const model = modelOf(row);
  const whose = model === undefined ? "" : ` (${JSON.stringify(model)})`;
  return parsed.error.issues.map((issue) => {
    const field = issue.path.at(-1);
    const place = [where, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      return `Expected \`${place}\`${whose} to have no key ${quoted(issue.keys)}. Remove it, or correct its spelling.`;
    }
    const { is, advice } = EXPECTED[String(field)] ?? PLAIN;
    return `Expected \`${place}\`${whose} to be ${is}, got ${got(issue.input)}. ${advice}`;
  });
}

function modelOf(row: unknown): string | undefined {
  const { model } = Object(row) as { readonly model?: unknown };
  return typeof model === "string" ? model : undefined;
}

/** What a field is to be, and what to do when it is not. */
interface Expected {
  readonly is: string;
  readonly advice: string;
}

const PRICE: Expected = {
  is: "USD per million tokens, from 0 to 100000",
  advice: "Correct it; a model whose price is unknown has no row, and counts as unpriced.",
};

const EXPECTED: { readonly [field: string]: Expected } = {
  ...Object.fromEntries(Object.keys(tokenPrices).map((field) => [field, PRICE])),
  model: { is: "the exact id of a model", advice: "Name it as its answers do." },
  asOf: {
    is: "the day the prices were valid, as YYYY-MM-DD",
    advice: "Say when you read them: prices without a date cannot be audited.",
  },
  source: { is: "where the prices are from", advice: "Name the page, or the contract." },
  promptTokens: { is: "a whole number of tokens", advice: "Other prices hold for longer prompts." },
};

const PLAIN: Expected = { is: "a row of prices", advice: "See `PriceRow`." };
