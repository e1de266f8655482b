import { z } from "zod";
import type { Trend } from "./trends.js";
import type { WordCounts } from "./words.js";

/** What the calls of a piece of work came to, added up. */
export interface CallSums {
  /** Calls that were answered. */
  readonly calls: number;
  /** Cached or not. */
  readonly promptTokens: number;
  /** Thinking included. */
  readonly outputTokens: number;
  /** Integer micro-dollars, at the prices of their day; what nobody knows counts as none. */
  readonly microUsd: number;
  readonly latencyMs: number;
}

/** What grading outputs again, after the fact, came to. */
export interface ShadowCounts {
  /** Accepted outputs that a stronger reviewer judged again. */
  readonly regraded: number;
  /** Of those, accepted again. */
  readonly upheld: number;
  /** Tasks that were tried one tier lower on the side, and compared. */
  readonly loweredTried: number;
  /** Of those, as good there. */
  readonly loweredAsGood: number;
}

/** What became of the tasks of a kind that a role did at a tier, over some runs. */
export interface CalibrationRow {
  readonly kind: string;
  readonly role: string;
  readonly tier: string;
  /** Tasks that came there, by starting there or by escalation. */
  readonly tasks: number;
  /** Of those, accepted there by a reviewer. */
  readonly accepted: number;
  /** Of those, sent on to the next tier. */
  readonly escalated: number;
  /** Tasks that started there and whose first output was judged, by a reviewer or by checks that it failed. */
  readonly started: number;
  /** Of those, accepted at their first attempt. */
  readonly acceptedFirst: number;
  readonly attempts: number;
  readonly words: WordCounts;
  /** The calls of the attempts. */
  readonly execute: CallSums;
  /** The calls of their reviews, whoever gave them. */
  readonly review: CallSums;
  /** What was accepted there, graded again. @default nothing was */
  readonly shadow?: ShadowCounts;
}

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const name = z.string().max(256);
const word = z.strictObject({ judged: count, accepted: count });
const sums = z.strictObject({
  calls: count,
  promptTokens: count,
  outputTokens: count,
  microUsd: count,
  latencyMs: z.number().min(0),
});

/** A row read from a log or a file. */
export const calibrationRowSchema: z.ZodType<CalibrationRow> = z.strictObject({
  kind: name,
  role: name,
  tier: name,
  tasks: count,
  accepted: count,
  escalated: count,
  started: count,
  acceptedFirst: count,
  attempts: count,
  words: z.strictObject({ high: word, medium: word, low: word }),
  execute: sums,
  review: sums,
  shadow: z
    .strictObject({ regraded: count, upheld: count, loweredTried: count, loweredAsGood: count })
    .exactOptional(),
});

/** A trend read from a log. */
export const trendSchema: z.ZodType<Trend> = z.strictObject({
  kind: name,
  tier: name,
  golden: name.nullable(),
  before: word,
  lately: word,
});

/** Far more kinds, roles and tiers than a team has; a log keeps no more. */
export const MOST_ROWS = 500;
