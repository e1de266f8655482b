import { topTier } from "../ladder.js";
import type { Task } from "../plan/plan.js";
import type { Confidence, ErrorCost } from "./confidence.js";
import { type Sample, shareOf } from "./sample.js";

/** What a review policy decides on. */
export interface ReviewQuestion {
  readonly ladder: readonly string[];
  /** The tier that made the output. */
  readonly tier: string;
  readonly confidence: Confidence;
  readonly errorCost: ErrorCost;
}

/** Which tier reviews an output. Pure; must answer with the executor's tier or a higher one. */
export type ReviewPolicy = (question: ReviewQuestion) => string;

/**
 * The policies that ship.
 *
 * How many tiers above the executor the reviewer sits, by error cost and confidence:
 *
 * | | low cost: high, medium, low | high cost: high, medium, low |
 * |---|---|---|
 * | `economy` | 0, 0, 1 | 1, 1, 1 |
 * | `balanced` | 0, 1, 1 | 1, 1, 2 |
 * | `thorough` | 1, 1, 2 | top of the ladder |
 */
export type ReviewPolicyName = "thorough" | "balanced" | "economy";

type Steps = Record<ErrorCost, Record<Confidence, number>>;

const TOP = Number.POSITIVE_INFINITY;

const STEPS: Record<ReviewPolicyName, Steps> = {
  economy: { low: { high: 0, medium: 0, low: 1 }, high: { high: 1, medium: 1, low: 1 } },
  balanced: { low: { high: 0, medium: 1, low: 1 }, high: { high: 1, medium: 1, low: 2 } },
  thorough: { low: { high: 1, medium: 1, low: 2 }, high: { high: TOP, medium: TOP, low: TOP } },
};

/** The names of the policies that ship. */
export const REVIEW_POLICIES: readonly ReviewPolicyName[] = ["thorough", "balanced", "economy"];

/** The tier that reviews, by a named policy or a function of one's own; never below the executor's. */
export function reviewTier(policy: ReviewPolicyName | ReviewPolicy, question: ReviewQuestion): string {
  const { ladder, tier } = question;
  if (typeof policy !== "function") {
    return stepsAbove(ladder, tier, STEPS[policy][question.errorCost][question.confidence]);
  }
  const asked = policy(question);
  return ladder.indexOf(asked) >= ladder.indexOf(tier) ? asked : tier;
}

/** The tier `steps` above `tier`, or the top when there are not as many. */
export function stepsAbove(ladder: readonly string[], tier: string, steps: number): string {
  return ladder[ladder.indexOf(tier) + steps] ?? topTier(ladder);
}

/**
 * Whether an attempt is of a sample of this share: of those that get a stronger reviewer, or of those that get one at all.
 *
 * The choice follows from the names alone, so a run decides the same when it is folded again. FNV-1a, 32 bits.
 */
export function isSampled(share: number, runId: string, taskId: string, attempt: number): boolean {
  if (share <= 0) return false;
  const named = fold(fold(fold(fold(0x811c9dc5, runId), "/"), taskId), "/");
  return (fold(named, `${attempt}`) >>> 0) / 2 ** 32 < share;
}

/** Whether a person declared that outputs like this one are reviewed by sample, and this one is not of the sample. */
export function isSpared(
  { sample }: { readonly sample?: Sample },
  runId: string,
  { id, kind, errorCost }: Pick<Task, "id" | "kind" | "errorCost">,
  { number, tier }: { readonly number: number; readonly tier: string },
): boolean {
  if (sample === undefined || errorCost === "high") return false;
  const share = shareOf(sample, kind, tier);
  return share < 1 && !isSampled(share, runId, id, number);
}

function fold(start: number, text: string): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) {
    const point = text.codePointAt(index) as number;
    if (point > 0xffff) index += 1;
    hash = Math.imul(hash ^ point, 0x01000193);
  }
  return hash;
}
