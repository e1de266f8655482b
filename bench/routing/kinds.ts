/** The kind of a task: what a router may know of it before anybody worked on it. */

import type { Instance, Ladder } from "./ladder.js";

/** How the kinds of a ladder are told apart. */
export type Kinding =
  /** By where the task comes from: its category, repository or subject; and whether it is long for one of those. */
  | "category"
  /** By how hard a planner rated it from its text. */
  | "rating";

/** What was learnt of how to tell kinds apart, from tasks whose outcomes were seen. */
export type Kinds =
  | { readonly by: "anything" }
  /** In characters, the middle size of each category. */
  | { readonly by: "category"; readonly middles: ReadonlyMap<string, number> }
  | { readonly by: "rating" };

/** Ratings where every task has one; otherwise categories. */
export function kindingOf(ladder: Ladder): Kinding {
  return ladder.instances.every(({ rating }) => rating !== null) ? "rating" : "category";
}

/** Learns to tell kinds apart. Of a rating there is nothing to learn. */
export function learnKinds(kinding: Kinding | "anything", instances: readonly Instance[]): Kinds {
  return kinding === "category" ? { by: "category", middles: middlesOf(instances) } : { by: kinding };
}

/** The kind of one task, in the word a team would declare it by. */
export function kindOf(kinds: Kinds, instance: Instance): string {
  switch (kinds.by) {
    case "anything":
      return "any";
    case "category": {
      const { category, shownChars } = instance;
      const middle = kinds.middles.get(category);
      if (middle === undefined || shownChars === null) return category;
      return `${category}${shownChars > middle ? LONG : SHORT}`;
    }
    case "rating":
      return ratedKind(instance.rating ?? 0);
  }
}

const SHORT = ", short";
const LONG = ", long";

/** The category of a kind that was told apart by size as well; otherwise the kind itself. */
export function categoryOf(kind: string): string {
  const size = [SHORT, LONG].find((end) => kind.endsWith(end));
  return size === undefined ? kind : kind.slice(0, -size.length);
}

function middlesOf(instances: readonly Instance[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number[]>();
  for (const { category, shownChars } of instances) {
    if (shownChars === null) continue;
    const all = sizes.get(category) ?? [];
    all.push(shownChars);
    sizes.set(category, all);
  }
  return new Map(
    [...sizes].map(([category, all]) => [
      category,
      all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0,
    ]),
  );
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
