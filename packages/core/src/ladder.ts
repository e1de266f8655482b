/** The tiers of a ladder that declares none of its own, cheapest first. */
export type DefaultTier = "haiku" | "sonnet" | "opus";

/** The ladder used when a team declares none, cheapest tier first. */
export const DEFAULT_LADDER: readonly ["haiku", "sonnet", "opus"] = ["haiku", "sonnet", "opus"];

/** The tier exactly one above `tier`, or `undefined` at the top (or when `tier` is not on the ladder). */
export function nextTier<T extends string>(ladder: readonly T[], tier: T): T | undefined {
  const index = ladder.indexOf(tier);
  return index === -1 ? undefined : ladder[index + 1];
}

/** The dearest tier of the ladder. */
export function topTier<T extends string>(ladder: readonly T[]): T {
  return ladder[ladder.length - 1] as T;
}

/** The dearer of two tiers. */
export function higherTier<T extends string>(ladder: readonly T[], a: T, b: T): T {
  return ladder.indexOf(a) >= ladder.indexOf(b) ? a : b;
}

/** `tier`, moved up to `floor` or down to `ceiling` when it lies outside of them. */
export function clampTier<T extends string>(ladder: readonly T[], tier: T, floor: T, ceiling: T): T {
  const index = Math.min(Math.max(ladder.indexOf(tier), ladder.indexOf(floor)), ladder.indexOf(ceiling));
  return ladder[index] ?? tier;
}
