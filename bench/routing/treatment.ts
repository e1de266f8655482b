/** What is done with a task, as data: where it starts, and what share of each tier's outputs a reviewer sees. */

import type { Instance } from "./ladder.js";
import { accuracyOn, feeOf, type Reviewer } from "./reviewer.js";

/** The last rung of the path is accepted as it is; whatever is not reviewed likewise. */
export interface Treatment {
  /** Rungs in the order they are tried, by position on the ladder. */
  readonly path: readonly number[];
  /** Share of the outputs that is reviewed, 0 to 1, for each rung of the path but the last. */
  readonly shares: readonly number[];
}

/** What a treatment comes to on one instance, in expectation over the reviewer and over trials. */
export interface Expectation {
  readonly success: number;
  readonly cost: number;
  readonly reviewCost: number;
  /** Calls of the executor by rung; the first rung of the path has 1. */
  readonly calls: readonly number[];
  /** Cost of the executor by rung. */
  readonly spent: readonly number[];
  /** How likely the task leaves the tier it starts at. */
  readonly escalated: number;
}

/** Works a treatment out on one instance. Trials of different tiers are independent, given the task. */
export function expectation(treatment: Treatment, instance: Instance, reviewer: Reviewer): Expectation {
  const { path, shares } = treatment;
  const calls = instance.outcomes.map(() => 0);
  const spent = instance.outcomes.map(() => 0);
  let reach = 1;
  let success = 0;
  let reviewCost = 0;
  let escalated = 0;
  path.forEach((rung, step) => {
    const outcome = instance.outcomes[rung];
    if (outcome === undefined) return;
    calls[rung] = reach;
    spent[rung] = reach * outcome.cost;
    if (step === path.length - 1) {
      success += reach * outcome.success;
      return;
    }
    const share = shares[step] ?? 0;
    const [acceptsRight, rejectsWrong] = accuracyOn(reviewer, instance, rung);
    reviewCost += reach * share * feeOf(reviewer, instance, rung);
    success += reach * outcome.success * (1 - share + share * acceptsRight);
    reach *= share * (outcome.success * (1 - acceptsRight) + (1 - outcome.success) * rejectsWrong);
    if (step === 0) escalated = reach;
  });
  const cost = spent.reduce((sum, part) => sum + part, reviewCost);
  return { success, cost, reviewCost, calls, spent, escalated };
}

/** One tier, and whatever it answers. */
export const alone = (rung: number): Treatment => ({ path: [rung], shares: [] });

/** From a tier upwards, one at a time, with every output reviewed. */
export const reviewedFrom = (start: number, tiers: number): Treatment => ({
  path: Array.from({ length: tiers - start }, (_, step) => start + step),
  shares: Array(tiers - start - 1).fill(1),
});

/**
 * What a team of these rungs can declare for a kind: start at one, and review none of its outputs, or those of some from there
 * up. The top is accepted as it is.
 */
export function declarable(rungs: readonly number[]): Treatment[] {
  return rungs.flatMap((_, start) => {
    const path = rungs.slice(start);
    return path.map((_, reviewed) => ({
      path,
      shares: path.slice(1).map((_, step) => Number(step < reviewed)),
    }));
  });
}

/** All single tiers, and every cascade over some of the tiers. */
export function everyShape(tiers: number): Treatment[] {
  const shapes: Treatment[] = [];
  for (let set = 1; set < 2 ** tiers; set += 1) {
    const path = Array.from({ length: tiers }, (_, rung) => rung).filter((rung) => (set >> rung) & 1);
    shapes.push({ path, shares: path.slice(1).map(() => 1) });
  }
  return shapes;
}
