/**
 * How much success a table is asked for while it is fitted: what fitting itself promises too much of is found by rehearsals
 * on the tasks that are at hand, and asked for besides.
 */

import { type Fitted, fitTable } from "./fit.js";
import { Held } from "./held.js";
import { type Kinding, type Kinds, learnKinds } from "./kinds.js";
import { foldIn, type Instance } from "./ladder.js";
import { mean } from "./mix.js";
import type { Reviewer } from "./reviewer.js";
import { type SplitTable, TOP_ALONE } from "./split-table.js";
import type { Treatment } from "./treatment.js";
import { type Worth, withKinds, worthOf } from "./values.js";

/** The share of all-top success that is promised. */
export const PROMISE = 0.99;

/** What may be aimed at at most. A table that needs more is not to be had from these tasks. */
const MOST_AIM = 1.05;
const STEP = 0.0025;
const HALVINGS = 4;

/** So many standard errors lie above all but 1 % of chance: for the tables of five folds together, all but 5 %. */
const ONE_SIDED_99 = 2.326;

/** How a policy is made from tasks. */
export interface Recipe {
  readonly kinding: Kinding | "anything";
  /** What may be done with a task, by the tiers that a team declares: one of these lists is chosen for all kinds. */
  readonly choices: readonly (readonly Treatment[])[];
  readonly reviewer: Reviewer;
  /** In how many ways tasks are parted for rehearsals: how one comes out hangs on it. @default 5 */
  readonly partings?: number;
}

/** What was learnt from tasks: how to tell kinds apart, and what to do with them. */
export interface Policy {
  readonly kinds: Kinds;
  readonly table: SplitTable;
}

export const FOLDS: readonly number[] = [0, 1, 2, 3, 4];

/**
 * The policy that saves most in rehearsals, of those whose rehearsals keep the promise.
 *
 * Where it has not been seen to save more than chance may, everything starts at the top.
 */
export function fitCarefully(instances: readonly Instance[], recipe: Recipe): Policy {
  const kinds = learnKinds(recipe.kinding, instances);
  const { partings: ways = 5 } = recipe;
  const partings = Array.from({ length: ways }, (_, way) => instances.map(({ id }) => foldIn(way, id)));
  const kept = recipe.choices.flatMap((treatments) => {
    const tasks = worthOf(instances, treatments, recipe.reviewer);
    const rehearsals = partings.map((folds) => rehearsalsOf(tasks, folds, recipe, treatments));
    const aim = leastAim(rehearsals);
    return aim === undefined ? [] : [{ tasks, treatments, aim, saved: savedIn(rehearsals, aim) }];
  });
  const best = kept.toSorted((a, b) => mean(b.saved) - mean(a.saved))[0];
  if (best === undefined || !pays(best.saved)) return { kinds, table: TOP_ALONE };
  const fitted = fitTable(withKinds(best.tasks, kinds), best.treatments, recipe.reviewer);
  return { kinds, table: fitted(best.aim) };
}

/** Tables that are fitted on four fifths of the tasks, and the fifth that they have not seen. */
interface Rehearsal {
  readonly fitted: Fitted;
  readonly held: Held;
}

function rehearsalsOf(
  tasks: readonly Worth[],
  folds: readonly number[],
  { kinding, reviewer }: Recipe,
  treatments: readonly Treatment[],
): Rehearsal[] {
  return FOLDS.flatMap((fold) => {
    const held = tasks.filter((_, at) => folds[at] === fold);
    const rest = tasks.filter((_, at) => folds[at] !== fold);
    if (held.length === 0 || rest.length === 0) return [];
    const kinds = learnKinds(
      kinding,
      rest.map(({ instance }) => instance),
    );
    const fitted = fitTable(withKinds(rest, kinds), treatments, reviewer);
    return [{ fitted, held: new Held(withKinds(held, kinds), treatments, reviewer) }];
  });
}

/** The least aim with which rehearsals keep the promise by as much as they differ among themselves; `undefined` for none. */
function leastAim(partings: readonly (readonly Rehearsal[])[]): number | undefined {
  const suffices = (aim: number) => {
    const kept = partings.map((rehearsals) => keptIn(rehearsals, aim));
    return mean(kept) - deviationOf(kept) >= PROMISE;
  };
  // From below: far up there is nothing but the top, which keeps the promise and saves nothing.
  let high = PROMISE;
  while (high <= MOST_AIM && !suffices(high)) high += STEP;
  if (high > MOST_AIM) return undefined;
  let low = high - STEP;
  for (let step = 0; step < HALVINGS; step += 1) {
    const aim = (low + high) / 2;
    if (suffices(aim)) high = aim;
    else low = aim;
  }
  return high;
}

/** The share of all-top success that the tasks of rehearsals keep. */
function keptIn(rehearsals: readonly Rehearsal[], aim: number): number {
  let success = 0;
  let top = 0;
  for (const { held, fitted } of rehearsals) {
    success += held.successWith(fitted(aim));
    top += held.topSuccess;
  }
  return top === 0 ? 1 : success / top;
}

/** What each task saves, as a mean over the ways in which tasks were parted. */
function savedIn(partings: readonly (readonly Rehearsal[])[], aim: number): number[] {
  const saved = new Map<string, number>();
  for (const { held, fitted } of partings.flat()) {
    for (const [id, less] of held.savedWith(fitted(aim)))
      saved.set(id, (saved.get(id) ?? 0) + less / partings.length);
  }
  return [...saved.values()];
}

function pays(saved: readonly number[]): boolean {
  return saved.length > 1 && mean(saved) > (ONE_SIDED_99 * deviationOf(saved)) / Math.sqrt(saved.length);
}

/** Of a single value, none. */
function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const level = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - level) ** 2, 0) / (values.length - 1));
}
