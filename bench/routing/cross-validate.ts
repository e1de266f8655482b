/** Fitting without seeing what is judged: five folds, and a target that allows for what fitting itself promises. */

import { fitTable, type RoutingTable } from "./fit.js";
import type { Instance, Ladder } from "./ladder.js";
import type { Reviewer } from "./reviewer.js";
import { type Expectation, expectation, reviewedFrom, type Treatment } from "./treatment.js";
import { type Valued, valued } from "./values.js";

/** The share of all-top success that is promised. */
export const PROMISE = 0.99;
/** What is aimed at while fitting: half a point above the promise. */
export const FIT_TARGET = 0.995;

/** So many standard errors lie above all but 1 % of chance: for the tables of five folds together, all but 5 %. */
const ONE_SIDED_99 = 2.326;

/** A rehearsal is repeated so often at most: what is aimed at comes nearer to enough each time. */
const MOST_RAISES = 3;

const FOLDS = [0, 1, 2, 3, 4];

/** How a table is made from tasks. */
export interface Recipe {
  readonly kindOf: (instance: Instance) => string;
  readonly treatments: readonly Treatment[];
  readonly reviewer: Reviewer;
  readonly target: number;
}

/** What became of one task. */
export interface Judged {
  readonly instance: Instance;
  readonly kind: string;
  readonly treatment: Treatment;
  readonly expected: Expectation;
}

/** Each fold judged by a table that was fitted on the other four. */
export function crossValidate(ladder: Ladder, recipe: Recipe): Judged[] {
  const tasks = valued(ladder.instances, recipe.kindOf, recipe.treatments, recipe.reviewer);
  return FOLDS.flatMap((fold) => {
    const held = tasks.filter(({ instance }) => instance.fold === fold);
    if (held.length === 0) return [];
    return applyTable(
      held,
      fitCarefully(
        tasks.filter((task) => !held.includes(task)),
        recipe,
      ),
      recipe,
    );
  });
}

/** A table for tasks that nobody has seen yet: fitted on all of these. */
export function fitAll(ladder: Ladder, recipe: Recipe): RoutingTable {
  return fitCarefully(valued(ladder.instances, recipe.kindOf, recipe.treatments, recipe.reviewer), recipe);
}

/** What a table comes to on tasks; a kind that it does not know starts at the top. */
export function judge(ladder: Ladder, table: RoutingTable, recipe: Recipe): Judged[] {
  return applyTable(valued(ladder.instances, recipe.kindOf, [], recipe.reviewer), table, recipe);
}

function applyTable(tasks: readonly Valued[], table: RoutingTable, { reviewer }: Recipe): Judged[] {
  return tasks.map(({ instance, kind }) => {
    const tiers = instance.outcomes.length;
    const treatment = table.get(kind) ?? reviewedFrom(tiers - 1, tiers);
    return { instance, kind, treatment, expected: expectation(treatment, instance, reviewer) };
  });
}

/**
 * Fits, and aims higher by what a rehearsal misses of the promise, until one keeps it. Where what it then fits has not been
 * seen to save more than chance may, everything starts at the top.
 */
function fitCarefully(tasks: readonly Valued[], recipe: Recipe): RoutingTable {
  let { target } = recipe;
  let { kept, pays } = rehearse(tasks, recipe);
  for (let raised = 0; raised < MOST_RAISES && kept < PROMISE; raised += 1) {
    target += PROMISE - kept;
    ({ kept, pays } = rehearse(tasks, { ...recipe, target }));
  }
  return pays ? fitTable(tasks, recipe.treatments, recipe.reviewer, target) : new Map();
}

/**
 * What becomes of tables that are fitted on four fifths of these tasks, on the fifth that they have not seen: the share of
 * all-top success that they keep, and whether they save beyond a one-sided bound.
 */
function rehearse(tasks: readonly Valued[], recipe: Recipe): { kept: number; pays: boolean } {
  const saved: number[] = [];
  let success = 0;
  let top = 0;
  for (const fold of FOLDS) {
    const held = tasks.filter(({ instance }) => instance.fold === fold);
    const rest = tasks.filter(({ instance }) => instance.fold !== fold);
    if (held.length === 0 || rest.length === 0) continue;
    const table = fitTable(rest, recipe.treatments, recipe.reviewer, recipe.target);
    for (const { instance, expected } of applyTable(held, table, recipe)) {
      success += expected.success;
      top += instance.outcomes.at(-1)?.success ?? 0;
      saved.push((instance.outcomes.at(-1)?.cost ?? 0) - expected.cost);
    }
  }
  if (saved.length < 2 || top === 0) return { kept: 1, pays: false };
  const { mean, error } = spread(saved);
  return { kept: success / top, pays: mean > ONE_SIDED_99 * error };
}

/** The mean and its standard error. */
function spread(values: readonly number[]): { mean: number; error: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n) };
}
