import type { Usage } from "@terrace/core";
import { z } from "zod";

/** Twenty times the largest context window: a count beyond it is a mistake, not a bill. */
const MOST_TOKENS = 20_000_000;

/** How deep the counts of a usage are looked for; there are two levels today. */
const DEEPEST = 5;

const count = z.number().int().min(0).max(MOST_TOKENS);
const optional = count.nullish().transform((value) => value ?? 0);

const usageSchema = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count.nullish(),
  cache_read_input_tokens: optional,
  cache_creation: z
    .looseObject({ ephemeral_5m_input_tokens: optional, ephemeral_1h_input_tokens: optional })
    .nullish(),
  output_tokens_details: z.looseObject({ thinking_tokens: optional }).nullish(),
});

/**
 * The `usage` of a Messages response in Terrace's words; `null` when it is missing or cannot be true.
 *
 * Cache writes whose time to live is not said are counted as five-minute ones, the shortest there is.
 */
export function toUsage(raw: unknown): Usage | null {
  const parsed = usageSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { data } = parsed;
  const write1h = data.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const write5m = data.cache_creation?.ephemeral_5m_input_tokens ?? 0;
  const written = data.cache_creation_input_tokens ?? write1h + write5m;
  const thinking = data.output_tokens_details?.thinking_tokens ?? 0;
  if (write1h > written || thinking > data.output_tokens) return null;
  return {
    inputTokens: data.input_tokens,
    outputTokens: data.output_tokens,
    thinkingTokens: thinking,
    cacheReadTokens: data.cache_read_input_tokens,
    cacheWrite5mTokens: written - write1h,
    cacheWrite1hTokens: write1h,
  };
}

/** The counts that list prices cover, by field; what is counted anywhere else is not in the price of tokens. */
const PRICED: { readonly [field: string]: readonly string[] } = {
  input_tokens: [],
  output_tokens: [],
  cache_creation_input_tokens: [],
  cache_read_input_tokens: [],
  cache_creation: ["ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"],
  output_tokens_details: ["thinking_tokens"],
};

/** Fields that change what a token costs, and the values whose prices are known. */
const KNOWN: { readonly [field: string]: readonly unknown[] } = {
  service_tier: ["standard", "batch", null],
  speed: ["standard", null],
};

/** Whether a usage says that its call went with a batch; `undefined` when it says nothing. */
export function saysBatch(raw: unknown): boolean | undefined {
  const { service_tier: tier } = Object(raw) as { readonly service_tier?: unknown };
  return typeof tier === "string" ? tier === "batch" : undefined;
}

/**
 * The field of a usage that no list price covers, such as one of a newer API; `undefined` when there is none.
 *
 * What such a call cost is unknown, and more than its tokens come to.
 */
export function unpricedIn(raw: unknown): string | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  return Object.entries(raw).find(([field, value]) => {
    if (Object.hasOwn(KNOWN, field)) return KNOWN[field]?.includes(value) !== true;
    const priced = Object.hasOwn(PRICED, field) ? PRICED[field] : undefined;
    if (priced === undefined) return counts(value);
    return (
      isObject(value) && Object.entries(value).some(([name, part]) => !priced.includes(name) && counts(part))
    );
  })?.[0];
}

/** Whether a value counts anything, at whatever depth. */
function counts(value: unknown, depth = 0): boolean {
  if (typeof value === "number") return value > 0;
  return isObject(value) && depth < DEEPEST && Object.values(value).some((part) => counts(part, depth + 1));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
