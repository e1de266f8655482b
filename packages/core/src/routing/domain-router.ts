import { defaultDomains } from "./default-tables.js";
import { type Router, router } from "./router.js";

/**
 * Starts tasks by what their run was said to be about.
 *
 * @param tiers Tiers by domain; by default `defaultDomains()`, which are for the default ladder.
 */
export function domainRouter(tiers: { readonly [domain: string]: string } = defaultDomains()): Router {
  return router("domain", ({ domain }) => {
    const tier = domain !== null && Object.hasOwn(tiers, domain) ? tiers[domain] : undefined;
    if (tier === undefined) return undefined;
    return { tier, reason: `Tasks about "${domain}" start at ${tier}.`, confidence: "medium" };
  });
}
