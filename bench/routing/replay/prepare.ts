/** What the orchestrator is given of a ladder: tokens with kinds, and for each fold the table that the others gave. */

import { fitAll } from "../cross-validate.js";
import type { RoutingTable } from "../fit.js";
import type { Ladder } from "../ladder.js";
import { recipeOf } from "../policies.js";
import type { Reviewer } from "../reviewer.js";
import { tokenOf } from "./records.js";
import type { Assignment } from "./replay.js";

const FOLDS = [0, 1, 2, 3, 4];

/** @param tasks At most so many, the first by the order of their tokens. */
export function prepare(
  ladder: Ladder,
  reviewer: Reviewer,
  tasks: number,
): { readonly assignments: readonly Assignment[]; readonly tables: readonly RoutingTable[] } {
  const recipe = recipeOf("table", ladder, reviewer);
  const tables = FOLDS.map((fold) => {
    const instances = ladder.instances.filter((instance) => instance.fold !== fold);
    return instances.length === 0 ? new Map() : fitAll({ ...ladder, instances }, recipe);
  });
  const assignments = ladder.instances
    .map((instance) => ({ token: tokenOf(instance.id), kind: recipe.kindOf(instance), fold: instance.fold }))
    .sort((a, b) => (a.token < b.token ? -1 : 1))
    .slice(0, tasks);
  return { assignments, tables };
}
