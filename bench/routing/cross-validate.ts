/** Judging without having seen what is judged: five folds. */

import { FOLDS, fitCarefully, type Policy, type Recipe } from "./aim.js";
import { kindOf } from "./kinds.js";
import type { Instance, Ladder } from "./ladder.js";
import { expectationOf, treatmentsOf } from "./split-table.js";
import type { Expectation, Treatment } from "./treatment.js";

/** What became of one task. */
export interface Judged {
  readonly instance: Instance;
  readonly kind: string;
  /** What may have been done with it: one, or two by the hash of the task. */
  readonly treatments: readonly Treatment[];
  readonly expected: Expectation;
}

/** Each fold judged by a policy that was fitted on the other four. */
export function crossValidate({ instances }: Ladder, recipe: Recipe): Judged[] {
  return FOLDS.flatMap((fold) => {
    const held = instances.filter((instance) => instance.fold === fold);
    if (held.length === 0) return [];
    const others = instances.filter((instance) => instance.fold !== fold);
    return judgeAll(held, fitCarefully(others, recipe), recipe);
  });
}

/** A policy for tasks that nobody has seen yet: fitted on all of these. */
export function fitAll({ instances }: Ladder, recipe: Recipe): Policy {
  return fitCarefully(instances, recipe);
}

/** What a policy comes to on tasks; a kind that it does not know starts at the top. */
export function judge({ instances }: Ladder, policy: Policy, recipe: Recipe): Judged[] {
  return judgeAll(instances, policy, recipe);
}

function judgeAll(instances: readonly Instance[], { kinds, table }: Policy, { reviewer }: Recipe): Judged[] {
  return instances.map((instance) => {
    const kind = kindOf(kinds, instance);
    const weighed = treatmentsOf(table, kind, instance.outcomes.length);
    const treatments = weighed.map(([, treatment]) => treatment);
    return { instance, kind, treatments, expected: expectationOf(weighed, instance, reviewer) };
  });
}
