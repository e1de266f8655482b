/** The policies that are compared: ours, and three of the literature made with the same care from the same folds. */

import type { Recipe } from "./aim.js";
import { kindingOf } from "./kinds.js";
import type { Ladder } from "./ladder.js";
import type { Reviewer } from "./reviewer.js";
import { alone, declarable, everyShape } from "./treatment.js";

/** The names of the policies. */
export const POLICIES = ["table", "route-once", "routellm-style", "frugalgpt-style"] as const;

export type PolicyName = (typeof POLICIES)[number];

/**
 * How a policy is fitted on a ladder.
 *
 * - `table`: what a team declares, kind by kind: where to start, and what share of each tier's outputs is reviewed.
 * - `route-once`: the same history, without a reviewer.
 * - `routellm-style`: the same, between the cheapest tier and the top alone.
 * - `frugalgpt-style`: one cascade for all kinds, over the tiers that pay, a share of outputs reviewed.
 */
export function recipeOf(policy: PolicyName, ladder: Ladder, reviewer: Reviewer): Recipe {
  const tiers = ladder.spec.rungs.length;
  const kinding = kindingOf(ladder);
  const rungs = Array.from({ length: tiers }, (_, rung) => rung);
  switch (policy) {
    case "table":
      return { kinding, choices: laddersOf(tiers).map(declarable), reviewer };
    case "route-once":
      return { kinding, choices: [rungs.map(alone)], reviewer };
    case "routellm-style":
      return { kinding, choices: [[alone(0), alone(tiers - 1)]], reviewer };
    case "frugalgpt-style": {
      const shares = [0, 0.25, 0.5, 0.75, 1];
      const cascades = everyShape(tiers).filter(({ path }) => path.length > 1);
      const partly = cascades.flatMap(({ path }) =>
        shares.map((share) => ({ path, shares: path.slice(1).map(() => share) })),
      );
      return { kinding: "anything", choices: [[...partly, alone(tiers - 1)]], reviewer };
    }
  }
}

/** The tiers that a team may declare: the top, and some below it. */
function laddersOf(tiers: number): (readonly number[])[] {
  return everyShape(tiers)
    .map(({ path }) => path)
    .filter((path) => path.length > 1 && path.at(-1) === tiers - 1);
}
