/**
 * What history says of each kind, careful of kinds that it has seen little of.
 *
 * Deals with: means by kind that lean towards what all tasks say. Does not deal with: which treatment follows.
 */

import { categoryOf, RATED_KINDS, ratingOf } from "./kinds.js";
import type { Valued } from "./values.js";

/** So many tasks' worth of the pooled mean stands in every category. */
const PRIOR_TASKS = 5;
/** So many tasks' worth of its category stands in what is known of its short tasks, and of its long ones. */
const PRIOR_HALF = 20;
/** So many tasks' worth of no slope at all stands in the line through the ratings. */
const PRIOR_SLOPE = 20;

/** Estimated success and cost of each treatment, by kind. */
export type Estimates = ReadonlyMap<string, { readonly success: number[]; readonly cost: number[] }>;

/** Estimates for every kind that these tasks have; for ratings, for every rating there is. */
export function estimate(tasks: readonly Valued[]): Estimates {
  const rated = tasks.every(({ kind }) => !Number.isNaN(ratingOf(kind)));
  const kinds = rated ? RATED_KINDS : [...new Set(tasks.map(({ kind }) => kind))].sort();
  const groups = groupsOf(tasks);
  const treatments = (tasks[0]?.success ?? []).map((_, at) => at);
  const row = (part: "success" | "cost") =>
    treatments.map((at) => {
      const value = (task: Valued) => task[part][at] ?? 0;
      return rated ? lineThrough(tasks, value) : shrunkenMeans(groups, value);
    });
  const found = { success: row("success"), cost: row("cost") };
  return new Map(
    kinds.map((kind) => [
      kind,
      { success: found.success.map((of) => of(kind)), cost: found.cost.map((of) => of(kind)) },
    ]),
  );
}

function groupsOf(tasks: readonly Valued[]): ReadonlyMap<string, readonly Valued[]> {
  const groups = new Map<string, Valued[]>();
  for (const task of tasks) {
    const group = groups.get(task.kind);
    if (group === undefined) groups.set(task.kind, [task]);
    else group.push(task);
  }
  return groups;
}

interface Sum {
  readonly sum: number;
  readonly count: number;
}

const NOTHING: Sum = { sum: 0, count: 0 };

/** Short and long tasks lean towards their categories, and categories towards the mean of all. */
function shrunkenMeans(groups: ReadonlyMap<string, readonly Valued[]>, value: (task: Valued) => number) {
  const kinds = new Map<string, Sum>();
  const categories = new Map<string, Sum>();
  let all = NOTHING;
  for (const [kind, tasks] of groups) {
    const here = { sum: tasks.reduce((sum, task) => sum + value(task), 0), count: tasks.length };
    const category = categoryOf(kind);
    kinds.set(kind, here);
    categories.set(category, add(categories.get(category) ?? NOTHING, here));
    all = add(all, here);
  }
  return (kind: string) => {
    const category = categoryOf(kind);
    const level = lean(categories.get(category), PRIOR_TASKS, all.sum / all.count);
    return category === kind ? level : lean(kinds.get(kind), PRIOR_HALF, level);
  };
}

const add = (one: Sum, other: Sum): Sum => ({ sum: one.sum + other.sum, count: one.count + other.count });

function lean({ sum, count }: Sum = NOTHING, prior: number, towards: number): number {
  return (sum + prior * towards) / (count + prior);
}

function lineThrough(tasks: readonly Valued[], value: (task: Valued) => number) {
  const n = tasks.length;
  const mean = (of: (task: Valued) => number) => tasks.reduce((sum, task) => sum + of(task), 0) / n;
  const rating = mean(({ kind }) => ratingOf(kind));
  const level = mean(value);
  const spread = Math.sqrt(mean(({ kind }) => (ratingOf(kind) - rating) ** 2)) || 1;
  const standard = (kind: string) => (ratingOf(kind) - rating) / spread;
  const slope = (n * mean((task) => standard(task.kind) * (value(task) - level))) / (n + PRIOR_SLOPE);
  return (kind: string) => Math.max(0, level + slope * standard(kind));
}
