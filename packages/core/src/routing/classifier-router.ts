import { DEFAULT_LADDER, nextTier } from "../ladder.js";
import type { Complexity } from "./classification.js";
import { type Router, router } from "./router.js";
import { tierFor } from "./tier-for.js";

/** Who is asked, and what follows. */
export interface ClassifierOptions {
  /** The tier whose model is asked. @default "haiku" */
  readonly tier?: string;
  /** Where work of each sort starts. @default the foot, the middle and the top of the ladder */
  readonly tiers?: { readonly [Sort in Complexity]?: string };
}

/**
 * Has a cheap model say what sort of work each task is, in two dimensions: how much thought it needs names the tier, and
 * where an error costs much it is one higher. Proposes nothing when no answer came.
 */
export function classifierRouter({
  tier: asked = DEFAULT_LADDER[0],
  tiers = {},
}: ClassifierOptions = {}): Router {
  const propose: Parameters<typeof router>[1] = ({ classification, ladder }) => {
    if (classification === null) return undefined;
    const { complexity, errorCost, reason: said } = classification;
    const start = tiers[complexity] ?? tierFor(complexity, ladder);
    const tier = errorCost === "high" ? (nextTier(ladder, start) ?? start) : start;
    const cost = errorCost === "high" ? "much" : "little";
    const reason = `The classifier takes it for ${complexity} work, of which an error costs ${cost}: ${said}`;
    return { tier, reason, confidence: "medium" };
  };
  return router("classifier", propose, asked);
}
