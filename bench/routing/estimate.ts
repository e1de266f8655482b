/**
 * What history says of each kind, careful of kinds that it has seen little of.
 *
 * Deals with: means by kind that lean towards what all tasks say. Does not deal with: which treatment follows.
 */

import { RATED_KINDS, ratingOf } from "./kinds.js";
import type { Valued } from "./values.js";

/** So many tasks' worth of the pooled mean stands in every kind of category. */
const PRIOR_TASKS = 5;
/** So many tasks' worth of no slope at all stands in the line through the ratings. */
const PRIOR_SLOPE = 20;

/** Estimated success and cost of each treatment, by kind. */
export type Estimates = ReadonlyMap<string, { readonly success: number[]; readonly cost: number[] }>;

/** Estimates for every kind that these tasks have; for ratings, for every rating there is. */
export function estimate(tasks: readonly Valued[]): Estimates {
  const rated = tasks.every(({ kind }) => !Number.isNaN(ratingOf(kind)));
  const kinds = rated ? RATED_KINDS : [...new Set(tasks.map(({ kind }) => kind))].sort();
  const treatments = tasks[0]?.success.length ?? 0;
  const byKind = new Map(
    kinds.map((kind) => [kind, { success: Array<number>(treatments), cost: Array<number>(treatments) }]),
  );
  for (const part of ["success", "cost"] as const) {
    for (let at = 0; at < treatments; at += 1) {
      const value = (task: Valued) => task[part][at] ?? 0;
      const found = rated ? lineThrough(tasks, value) : shrunkenMeans(tasks, value);
      for (const [kind, row] of byKind) row[part][at] = found(kind);
    }
  }
  return byKind;
}

function shrunkenMeans(tasks: readonly Valued[], value: (task: Valued) => number) {
  const sums = new Map<string, { sum: number; count: number }>();
  let all = 0;
  for (const task of tasks) {
    const row = sums.get(task.kind) ?? { sum: 0, count: 0 };
    sums.set(task.kind, { sum: row.sum + value(task), count: row.count + 1 });
    all += value(task);
  }
  const pooled = all / tasks.length;
  return (kind: string) => {
    const { sum, count } = sums.get(kind) ?? { sum: 0, count: 0 };
    return (sum + PRIOR_TASKS * pooled) / (count + PRIOR_TASKS);
  };
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
