import { defaultUserTiers } from "./default-tables.js";
import { type Router, router } from "./router.js";

/**
 * Starts tasks by whom their run is for, so that what a user costs goes by what they pay.
 *
 * @param tiers Tiers by user tier; by default `defaultUserTiers()`, which are for the default ladder.
 */
export function userTierRouter(tiers: { readonly [userTier: string]: string } = defaultUserTiers()): Router {
  return router("userTier", ({ userTier }) => {
    const tier = userTier !== null && Object.hasOwn(tiers, userTier) ? tiers[userTier] : undefined;
    if (tier === undefined) return undefined;
    return { tier, reason: `The tasks of "${userTier}" users start at ${tier}.`, confidence: "high" };
  });
}
