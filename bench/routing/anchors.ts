/** What a policy is read against: single tiers, the oracle, cascades in foreknowledge, chance, and foresight. */

import { foresightCost } from "./foresight.js";
import type { Ladder } from "./ladder.js";
import { leastCost, mean, mostSuccess, type Point } from "./mix.js";
import { type Reviewer, reviewerOf } from "./reviewer.js";
import { alone, everyShape, expectation, reviewedFrom, type Treatment } from "./treatment.js";

/** The anchors of a ladder at a share of all-top success. Savings are shares of what all-top costs. */
export interface Anchors {
  readonly n: number;
  /** Success and mean cost of each tier alone, cheapest first. */
  readonly single: readonly Point[];
  /** Picks, trial by trial, the cheapest tier that succeeds; the cheapest of all where none does. */
  readonly oracle: { readonly success: number; readonly saved: number };
  readonly foresight: number;
  readonly randomMix: number;
  /** The best mix of two single tiers or cascades, chosen with hindsight, by reviewer; reviews are paid. */
  readonly cascade: Readonly<Record<"100/100" | "90/90" | "80/80", number>>;
}

/** A cascade from the cheapest tier up, with every output reviewed. */
export interface CascadeFigures {
  readonly success: number;
  readonly saved: number;
  /** Share of tasks that leave the first tier. */
  readonly escalated: number;
  /** Share of tasks that reach the top tier. */
  readonly reachedTop: number;
}

/** The anchors of a ladder where `target` (such as 0.99) of all-top success is to be kept. */
export function anchorsOf(ladder: Ladder, target: number): Anchors {
  const single = singleTiers(ladder);
  const top = single.at(-1) ?? { success: 0, cost: 0 };
  const wanted = target * top.success;
  const saved = (cost: number) => 1 - cost / top.cost;
  const cascade = (name: string) => saved(leastCost(shapePoints(ladder, reviewerOf(name)), wanted));
  return {
    n: ladder.instances.length,
    single,
    oracle: oracleOf(ladder, top.cost),
    foresight: saved(Math.min(top.cost, foresightCost(ladder.instances, wanted))),
    randomMix: saved(leastCost(single, wanted)),
    cascade: { "100/100": cascade("100/100"), "90/90": cascade("90/90"), "80/80": cascade("80/80") },
  };
}

function oracleOf({ instances }: Ladder, topCost: number) {
  let success = 0;
  let cost = 0;
  for (const { outcomes } of instances) {
    let none = 1;
    for (const outcome of outcomes) {
      cost += none * outcome.success * outcome.cost;
      none *= 1 - outcome.success;
    }
    cost += none * (outcomes[0]?.cost ?? 0);
    success += 1 - none;
  }
  return { success: success / instances.length, saved: 1 - cost / instances.length / topCost };
}

/** Success and mean cost of each tier alone. */
export function singleTiers(ladder: Ladder): Point[] {
  const tiers = ladder.spec.rungs.map((_, rung) => rung);
  return tiers.map((rung) => pointOf(ladder, alone(rung), reviewerOf("100/100")));
}

/** What chance makes of the same money: the success of a mix of single tiers at `cost`. */
export function randomSuccessAt(ladder: Ladder, cost: number): number {
  return mostSuccess(singleTiers(ladder), cost);
}

/** The cascade from the cheapest tier, the way baselines are usually given: reviews cost nothing. */
export function freeCascade(ladder: Ladder, reviewerName: string): CascadeFigures {
  const tiers = ladder.spec.rungs.length;
  const reviewer = reviewerOf(reviewerName);
  const all = ladder.instances.map((instance) => expectation(reviewedFrom(0, tiers), instance, reviewer));
  const top = mean(ladder.instances.map(({ outcomes }) => outcomes.at(-1)?.cost ?? 0));
  return {
    success: mean(all.map(({ success }) => success)),
    saved: 1 - mean(all.map(({ cost, reviewCost }) => cost - reviewCost)) / top,
    escalated: mean(all.map(({ escalated }) => escalated)),
    reachedTop: mean(all.map(({ calls }) => calls.at(-1) ?? 0)),
  };
}

/** Every single tier and every shape of cascade, reviews paid. */
function shapePoints(ladder: Ladder, reviewer: Reviewer): Point[] {
  return everyShape(ladder.spec.rungs.length).map((shape) => pointOf(ladder, shape, reviewer));
}

function pointOf(ladder: Ladder, treatment: Treatment, reviewer: Reviewer): Point {
  const all = ladder.instances.map((instance) => expectation(treatment, instance, reviewer));
  return { success: mean(all.map(({ success }) => success)), cost: mean(all.map(({ cost }) => cost)) };
}
