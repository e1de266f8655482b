/** The limit of all routing: who knows how each tier will do, and pays for one call a task. */

import { lowerHull } from "./hull.js";
import type { Instance } from "./ladder.js";

interface Step {
  readonly gain: number;
  readonly price: number;
}

/**
 * The least mean cost at which the best choice of one tier a task reaches a mean success of `success`.
 *
 * Each task has a lower hull of (success, cost) over its tiers; its steps are bought in the order of what a unit of
 * success costs, the last one in part.
 */
export function foresightCost(instances: readonly Instance[], success: number): number {
  let reached = 0;
  let paid = 0;
  const steps: Step[] = [];
  for (const instance of instances) {
    const hull = lowerHull(instance.outcomes);
    const [first] = hull;
    reached += first?.success ?? 0;
    paid += first?.cost ?? 0;
    for (let at = 1; at < hull.length; at += 1) {
      const [from, to] = [hull[at - 1], hull[at]];
      if (from !== undefined && to !== undefined)
        steps.push({ gain: to.success - from.success, price: to.cost - from.cost });
    }
  }
  const wanted = success * instances.length;
  for (const { gain, price } of steps.sort((a, b) => a.price / a.gain - b.price / b.gain)) {
    if (reached >= wanted) break;
    const share = Math.min(1, (wanted - reached) / gain);
    reached += share * gain;
    paid += share * price;
  }
  return paid / instances.length;
}
