/**
 * Confidence in the reviewer's place, which the product does not do: at what AUROC would it begin to pay?
 *
 * A gate accepts an output whose stated confidence is at least a threshold, at no cost, and sends the rest one tier up.
 */

import { crossValidate } from "./cross-validate.js";
import { type Figure, figureOf } from "./figure.js";
import type { Instance, Ladder } from "./ladder.js";
import { inverseNormal, normal } from "./normal.js";
import { recipeOf } from "./policies.js";
import { type Confidences, difficultyOf, type Stated } from "./replay/confidences.js";
import type { Reviewer } from "./reviewer.js";

/** The AUROC of stated confidence that is swept. */
export const SWEPT = [0.5, 0.55, 0.65, 0.72, 0.85, 0.92];

/** A line of the sweep. */
export interface GateFigure {
  readonly dataset: string;
  readonly list: string;
  /** The AUROC that was made up, or `measured`. */
  readonly auroc: number | "measured";
  /** What is accepted: stated confidence from here on. Chosen in hindsight, of all that keep 99 % the one that saves most. */
  readonly threshold: number | null;
  readonly success: number;
  readonly saved: number;
  /** What the same table saves without any gate. */
  readonly savedWithout: number;
  /** Whether the gate saves more than no gate, in hindsight and with all the advantage that gives it. */
  readonly pays: boolean;
}

/** The best gate of each AUROC, with hindsight on its side; `measured` first. */
export function sweepGates(ladder: Ladder, confidences: Confidences): GateFigure[] {
  const without = judged(ladder, { ...GATE, rates: () => [1, 0] }, "route-once");
  return (["measured", ...SWEPT] as const).map((auroc) => {
    const thresholds = [...new Set(confidences.easy.flatMap(({ right }) => [...right.keys()]))].sort();
    const tried = thresholds.map((threshold) => ({
      threshold,
      figure: judged(ladder, gate(confidences, threshold, auroc), "table"),
    }));
    const kept = tried.filter(({ figure }) => figure.success >= 99);
    const best = kept.sort((a, b) => b.figure.saved - a.figure.saved)[0];
    const saved = best?.figure.saved ?? 0;
    return {
      dataset: ladder.name,
      list: ladder.list,
      auroc,
      threshold: best?.threshold ?? null,
      success: best?.figure.success ?? 100,
      saved,
      savedWithout: without.saved,
      pays: saved > without.saved,
    };
  });
}

const GATE: Reviewer = { name: "gate", acceptsRight: 1, rejectsWrong: 0, halved: false, fee: "none" };

/** There are many gates to try, so each is rehearsed once, and with all the tiers of its ladder. */
function judged(ladder: Ladder, reviewer: Reviewer, policy: "table" | "route-once"): Figure {
  const recipe = recipeOf(policy, ladder, reviewer);
  const quick = { ...recipe, choices: recipe.choices.slice(-1), partings: 1 };
  return figureOf(ladder, reviewer, policy, crossValidate(ladder, quick));
}

function gate(confidences: Confidences, threshold: number, auroc: number | "measured"): Reviewer {
  const rateOf = (stated: Stated | undefined): readonly [number, number] =>
    stated === undefined
      ? [1, 0]
      : auroc === "measured"
        ? measured(stated, threshold)
        : binormal(stated, threshold, auroc);
  const easy = confidences.easy.map(rateOf);
  const hard = confidences.hard.map(rateOf);
  const rates = (instance: Instance, rung: number) => {
    // Made-up confidence knows right from wrong, and nothing else of the task.
    const byRung = auroc === "measured" && difficultyOf(instance) === "hard" ? hard : easy;
    return byRung[rung] ?? ([1, 0] as const);
  };
  return { ...GATE, rates };
}

function measured({ right, wrong }: Stated, threshold: number): readonly [number, number] {
  return [shareFrom(right, threshold), 1 - shareFrom(wrong, threshold)];
}

/**
 * Two normal distributions, right answers further up by as much as the AUROC asks, cut where the measured marginal is: as
 * many answers as ever carry each confidence.
 */
export function binormal(
  { right, wrong, rightShare }: Stated,
  threshold: number,
  auroc: number,
): readonly [acceptsRight: number, rejectsWrong: number] {
  const shift = Math.SQRT2 * inverseNormal(auroc);
  const below = 1 - rightShare * shareFrom(right, threshold) - (1 - rightShare) * shareFrom(wrong, threshold);
  let [low, high] = [-10, 10 + shift];
  for (let step = 0; step < 60; step += 1) {
    const cut = (low + high) / 2;
    if (rightShare * normal(cut - shift) + (1 - rightShare) * normal(cut) < below) low = cut;
    else high = cut;
  }
  return [1 - normal(high - shift), normal(high)];
}

function shareFrom(stated: ReadonlyMap<number, number>, threshold: number): number {
  let share = 0;
  for (const [edge, part] of stated) if (edge >= threshold) share += part;
  return Math.min(1, share);
}
