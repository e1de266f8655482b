// What each model costs. The simulator's own table, on purpose not shared with the product it judges.

/** Rates of one model, USD per million tokens; a rate of P costs exactly P micro-dollars per token. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
}

/** The rates of a model, and those of long prompts where they differ. */
export interface ModelPrice extends Price {
  /** Taken for every token of a request whose prompt (cached or not) has more tokens than `above`. */
  readonly long?: Price & { readonly above: number };
}

/**
 * Prices by model id.
 *
 * @see Anthropic's pricing page (2026-10-09), the model pages of Haiku 5.5 (2026-10-07), Sonnet 5.5 (October 2026) and
 * Opus 5.5 (2026-09-24), the release note of Fable 5.2 (2026-11-09); read 2026-11-21. Cache rates of Fable 5.2 come from
 * a third party and are unconfirmed.
 */
export const PRICES: Readonly<Record<string, ModelPrice>> = {
  "claude-haiku-5-5": {
    ...price(0.1, 0.5, 0.125, 0.2, 0.01),
    long: { ...price(0.5, 2.5, 0.625, 1, 0.05), above: 100_000 },
  },
  "claude-sonnet-5-5": price(2, 10, 2.5, 4, 0.1),
  "claude-opus-5-5": price(4, 20, 5, 8, 0.2),
  "claude-fable-5-2": price(8, 40, 10, 16, 0.2),
  "claude-fable-5-1": price(10, 50, 12.5, 20, 0.25),
  "claude-opus-5": price(5, 25, 6.25, 10, 0.5),
  "claude-sonnet-5": price(2, 10, 2.5, 4, 0.2),
  "claude-haiku-4-5": price(1, 5, 1.25, 2, 0.1),
};

function price(
  input: number,
  output: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  cacheRead: number,
): Price {
  return { input, output, cacheWrite5m, cacheWrite1h, cacheRead };
}
