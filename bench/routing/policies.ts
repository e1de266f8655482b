/** The policies that are compared: ours, and three of the literature made with the same care from the same folds. */

import type { Recipe } from "./cross-validate.js";
import { FIT_TARGET } from "./cross-validate.js";
import { kindingOf, kindOf } from "./kinds.js";
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
export function recipeOf(
  policy: PolicyName,
  ladder: Ladder,
  reviewer: Reviewer,
  target = FIT_TARGET,
): Recipe {
  const tiers = ladder.spec.rungs.length;
  const kinding = kindingOf(ladder);
  const byKind = (instance: Parameters<typeof kindOf>[1]) => kindOf(kinding, instance);
  const rungs = Array.from({ length: tiers }, (_, rung) => rung);
  switch (policy) {
    case "table":
      return { kindOf: byKind, treatments: declarable(tiers), reviewer, target };
    case "route-once":
      return { kindOf: byKind, treatments: rungs.map(alone), reviewer, target };
    case "routellm-style":
      return { kindOf: byKind, treatments: [alone(0), alone(tiers - 1)], reviewer, target };
    case "frugalgpt-style": {
      const shares = [0, 0.25, 0.5, 0.75, 1];
      const cascades = everyShape(tiers).filter(({ path }) => path.length > 1);
      const partly = cascades.flatMap(({ path }) =>
        shares.map((share) => ({ path, shares: path.slice(1).map(() => share) })),
      );
      return { kindOf: () => "any", treatments: [...partly, alone(tiers - 1)], reviewer, target };
    }
  }
}
