/** What every treatment comes to on every task: the numbers that a table is fitted to. */

import { type Kinds, kindOf } from "./kinds.js";
import type { Instance } from "./ladder.js";
import type { Reviewer } from "./reviewer.js";
import { expectation, type Treatment } from "./treatment.js";

/** A task and, for each treatment in order, its success and its cost. */
export interface Worth {
  readonly instance: Instance;
  readonly success: readonly number[];
  readonly cost: readonly number[];
}

/** With its kind. */
export interface Valued extends Worth {
  readonly kind: string;
}

export function worthOf(
  instances: readonly Instance[],
  treatments: readonly Treatment[],
  reviewer: Reviewer,
): Worth[] {
  return instances.map((instance) => {
    const all = treatments.map((treatment) => expectation(treatment, instance, reviewer));
    return {
      instance,
      success: all.map(({ success }) => success),
      cost: all.map(({ cost }) => cost),
    };
  });
}

export function withKinds(tasks: readonly Worth[], kinds: Kinds): Valued[] {
  return tasks.map((task) => ({ ...task, kind: kindOf(kinds, task.instance) }));
}

/** Success at the top of the ladder, as a mean over these tasks. */
export function topOf(tasks: readonly Worth[]): number {
  return (
    tasks.reduce((sum, { instance }) => sum + (instance.outcomes.at(-1)?.success ?? 0), 0) / tasks.length
  );
}
