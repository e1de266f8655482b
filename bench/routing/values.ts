/** What every treatment comes to on every task: the numbers that a table is fitted to. */

import type { Instance } from "./ladder.js";
import type { Reviewer } from "./reviewer.js";
import { expectation, type Treatment } from "./treatment.js";

/** A task with its kind and, for each treatment in order, its success and its cost. */
export interface Valued {
  readonly instance: Instance;
  readonly kind: string;
  readonly success: readonly number[];
  readonly cost: readonly number[];
}

export function valued(
  instances: readonly Instance[],
  kindOf: (instance: Instance) => string,
  treatments: readonly Treatment[],
  reviewer: Reviewer,
): Valued[] {
  return instances.map((instance) => {
    const all = treatments.map((treatment) => expectation(treatment, instance, reviewer));
    return {
      instance,
      kind: kindOf(instance),
      success: all.map(({ success }) => success),
      cost: all.map(({ cost }) => cost),
    };
  });
}

/** Success and cost at the top of the ladder, as means over these tasks. */
export function topOf(tasks: readonly Valued[]): { success: number; cost: number } {
  let success = 0;
  let cost = 0;
  for (const { instance } of tasks) {
    success += instance.outcomes.at(-1)?.success ?? 0;
    cost += instance.outcomes.at(-1)?.cost ?? 0;
  }
  return { success: success / tasks.length, cost: cost / tasks.length };
}
