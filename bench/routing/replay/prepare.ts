/** What the orchestrator is given of a ladder: tokens with kinds, and for each fold the table that the others gave. */

import { FOLDS, fitCarefully, type Policy } from "../aim.js";
import { kindOf } from "../kinds.js";
import type { Ladder } from "../ladder.js";
import { recipeOf } from "../policies.js";
import type { Reviewer } from "../reviewer.js";
import type { SplitTable } from "../split-table.js";
import { tokenOf } from "./records.js";
import type { Assignment } from "./replay.js";

/** @param tasks At most so many, the first by the order of their tokens. */
export function prepare(
  ladder: Ladder,
  reviewer: Reviewer,
  tasks: number,
): { readonly assignments: readonly Assignment[]; readonly tables: readonly SplitTable[] } {
  const recipe = recipeOf("table", ladder, reviewer);
  const policies = FOLDS.map((fold) => {
    return fitCarefully(
      ladder.instances.filter((instance) => instance.fold !== fold),
      recipe,
    );
  });
  const assignments = ladder.instances
    .map((instance) => {
      const { id, fold } = instance;
      const { kinds } = policies[fold] as Policy;
      return { token: tokenOf(id), kind: kindOf(kinds, instance), fold };
    })
    .sort((a, b) => (a.token < b.token ? -1 : 1))
    .slice(0, tasks);
  return { assignments, tables: policies.map(({ table }) => table) };
}
