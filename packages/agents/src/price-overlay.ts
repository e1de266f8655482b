// List prices that the price package has not got yet. A row that it has caught up with is deleted: a test says when.
import type { PriceRow } from "@terrace/core";

/** Prices by exact model id, in USD per million tokens. */
export const PRICE_OVERLAY: readonly PriceRow[] = [
  {
    model: "claude-haiku-5-5",
    inputUsd: 0.1,
    outputUsd: 0.5,
    cacheReadUsd: 0.01,
    cacheWrite5mUsd: 0.125,
    cacheWrite1hUsd: 0.2,
    above: {
      promptTokens: 100_000,
      inputUsd: 0.5,
      outputUsd: 2.5,
      cacheReadUsd: 0.05,
      cacheWrite5mUsd: 0.625,
      cacheWrite1hUsd: 1,
    },
    source: "Anthropic's model page of Claude Haiku 5.5 of 2026-10-07, read 2026-11-21",
    asOf: "2026-10-07",
  },
  {
    model: "claude-sonnet-5-5",
    inputUsd: 2,
    outputUsd: 10,
    cacheReadUsd: 0.1,
    cacheWrite5mUsd: 2.5,
    cacheWrite1hUsd: 4,
    source:
      "Anthropic's pricing page of 2026-10-09, read 2026-11-21; cache reads were 0.20 before 2026-10-07",
    asOf: "2026-10-09",
  },
  {
    model: "claude-fable-5-2",
    inputUsd: 8,
    outputUsd: 40,
    cacheReadUsd: 0.2,
    cacheWrite5mUsd: 10,
    cacheWrite1hUsd: 16,
    source: "Anthropic's release note of 2026-11-09, read 2026-11-21; the cache prices are a third party's",
    asOf: "2026-11-09",
  },
];
