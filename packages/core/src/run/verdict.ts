import type { Review } from "../ports/agents.js";

/** What follows from a review. */
export interface Verdict {
  readonly verdict: "accept" | "rerun" | "blame";
  /** In words, from the findings. */
  readonly reason: string;
}

/**
 * Derives the verdict from what the reviewer found.
 *
 * Every criterion must be met and no problem may block; whatever else the reviewer says changes nothing. An
 * input can be blamed only when the output fails, and only one of those in `blamable`.
 */
export function verdictOf(review: Review, criteria: readonly string[], blamable: readonly string[]): Verdict {
  const findings = failings(review, criteria);
  if (findings.length === 0) return { verdict: "accept", reason: "Every criterion is met." };
  const reason = findings.join(" ");
  const blames = review.blame !== null && blamable.includes(review.blame);
  return { verdict: blames ? "blame" : "rerun", reason };
}

const NOTHING: readonly string[] = [];

/** What stands against the output, each in a line. */
function failings(review: Review, criteria: readonly string[]): readonly string[] {
  if (criteria.length === 0 && review.problems.length === 0) return NOTHING;
  const unmet = criteria.flatMap((criterion, index) => {
    const answers = review.criteria.filter((each) => each.criterion === index);
    const [first] = answers;
    if (first === undefined) return [`Not judged: ${criterion}`];
    const failed = answers.find(({ met }) => !met);
    return failed === undefined ? [] : [failed.finding === "" ? `Not met: ${criterion}` : failed.finding];
  });
  const blocking = review.problems
    .filter((problem) => problem.blocking)
    .map(({ description }) => description);
  return [...unmet, ...blocking];
}
