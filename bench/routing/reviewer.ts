/** Reviewers of an answer, as measured: how often they accept what is right and reject what is wrong. */

import type { Instance } from "./ladder.js";

export interface Reviewer {
  /** For example "90/90". */
  readonly name: string;
  readonly acceptsRight: number;
  readonly rejectsWrong: number;
  /** Half as far from a coin's 50 % on tasks where every tier fails: what is hard to do is hard to judge. */
  readonly halved: boolean;
  /** Whose task cost a review costs a tenth of: the mid tier's, or that of the tier that made the output. */
  readonly fee: "mid" | "own" | "none";
  /** Accuracies by rung instead, for a gate that is another one at each tier. */
  readonly rates?: (
    instance: Instance,
    rung: number,
  ) => readonly [acceptsRight: number, rejectsWrong: number];
}

/** A review costs this share of a task at the tier that the fee names. */
const REVIEW_SHARE = 0.1;

/** Measured ones, the ceiling, the floor, and the two round figures that baselines are quoted for. */
export const REVIEWERS = ["84/72", "88/87", "93/68", "95/87", "100/100", "50/50", "90/90", "80/80"] as const;

/** A reviewer by its two percentages, such as "90/90". */
export function reviewerOf(name: string, options: Partial<Pick<Reviewer, "halved" | "fee">> = {}): Reviewer {
  const match = /^(\d{1,3})\/(\d{1,3})$/.exec(name);
  const [acceptsRight = Number.NaN, rejectsWrong = Number.NaN] = (match ?? []).slice(1).map((n) => +n / 100);
  if (!(acceptsRight <= 1 && rejectsWrong <= 1)) {
    throw new Error(
      `Expected a reviewer as two percentages, accepts right and rejects wrong, such as 90/90, got "${name}".`,
    );
  }
  return { name, acceptsRight, rejectsWrong, halved: false, fee: "mid", ...options };
}

/** How often this reviewer accepts right and rejects wrong outputs of this instance at this rung. */
export function accuracyOn(reviewer: Reviewer, instance: Instance, rung: number): readonly [number, number] {
  const { acceptsRight, rejectsWrong, rates } = reviewer;
  if (rates !== undefined) return rates(instance, rung);
  if (!reviewer.halved || instance.outcomes.some(({ success }) => success > 0)) {
    return [acceptsRight, rejectsWrong];
  }
  // Nothing there is right, so that only what is wrong can be judged worse.
  return [acceptsRight, (rejectsWrong + 0.5) / 2];
}

/** What a review of an output of rung `rung` costs. On two tiers the mid one is the top. */
export function feeOf(reviewer: Reviewer, instance: Instance, rung: number): number {
  if (reviewer.fee === "none") return 0;
  const paid = instance.outcomes[reviewer.fee === "mid" ? 1 : rung];
  return REVIEW_SHARE * (paid?.cost ?? 0);
}
