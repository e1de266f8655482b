import { topTier } from "../ladder.js";
import { type Router, router } from "./router.js";

/** What tasks need, and what models can. */
export interface RequirementsOptions {
  /** What tasks of a kind, or of a role, need of a model. */
  readonly requires: { readonly [kindOrRole: string]: readonly string[] };
  /** What each model can, by its id; of a model that is not listed nothing is known. */
  readonly capabilities: { readonly [model: string]: readonly string[] };
}

/**
 * Starts tasks at the cheapest tier whose model can all that their kind and their role need; at the top when none can.
 *
 * When a model is replaced, its capabilities change, and no rule does. It says where a task must not start below:
 * put it into `highestOf`.
 */
export function requirementsRouter({ requires, capabilities }: RequirementsOptions): Router {
  return router("requirements", ({ task: { kind, role }, ladder, models }) => {
    const needed = [...new Set([...own(requires, kind), ...own(requires, role)])];
    if (needed.length === 0) return undefined;
    const lacks = (tier: string): readonly string[] => {
      const can = own(capabilities, models[tier]?.model ?? "");
      return needed.filter((each) => !can.includes(each));
    };
    const tier = ladder.find((each) => lacks(each).length === 0);
    if (tier === undefined) {
      const top = topTier(ladder);
      const reason = `No model is known to have ${quoted(lacks(top))}; ${top} comes nearest.`;
      return { tier: top, reason, confidence: "low" };
    }
    return { tier, reason: `${tier} is the cheapest with ${quoted(needed)}.`, confidence: "high" };
  });
}

function own(table: { readonly [name: string]: readonly string[] }, name: string): readonly string[] {
  return Object.hasOwn(table, name) ? (table[name] as readonly string[]) : [];
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(", ");
}
