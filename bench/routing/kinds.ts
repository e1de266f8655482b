/** The kind of a task: what a router may know of it before anybody worked on it. */

import type { Instance, Ladder } from "./ladder.js";

/** How the kinds of a ladder are told apart. */
export type Kinding =
  /** By where the task comes from: its category, repository or subject. */
  | "category"
  /** By how hard a planner rated it from its text. */
  | "rating";

/** Ratings where every task has one; otherwise categories. */
export function kindingOf(ladder: Ladder): Kinding {
  return ladder.instances.every(({ rating }) => rating !== null) ? "rating" : "category";
}

/** The kind of one task, in the word a team would declare it by. */
export function kindOf(kinding: Kinding, instance: Instance): string {
  return kinding === "rating" ? ratedKind(instance.rating ?? 0) : instance.category;
}

/** Ratings are told apart in quarters: the mean of four marks from 1 to 5. */
function ratedKind(rating: number): string {
  return `difficulty ${(Math.round(rating * 4) / 4).toFixed(2)}`;
}

/** The rating that a kind stands for; `NaN` for a category. */
export function ratingOf(kind: string): number {
  return kind.startsWith("difficulty ") ? Number(kind.slice("difficulty ".length)) : Number.NaN;
}

/** Every kind of rating there can be, so that a table has a row for a task unlike all before. */
export const RATED_KINDS: readonly string[] = Array.from({ length: 17 }, (_, at) => ratedKind(1 + at / 4));
