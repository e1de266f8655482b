import { nextTier } from "../ladder.js";
import type { Proposal, RouteQuestion, Router } from "./router.js";

/** What becomes of tasks of which an error costs little. */
export interface ErrorCostOptions {
  /** Whether they start one tier lower. @default "stay" */
  readonly low?: "stay" | "down";
}

/** Moves what another router proposes one tier up where an error costs much and, if asked, one down where it costs little. */
export function errorCostRouter(inner: Router, { low = "stay" }: ErrorCostOptions = {}): Router {
  const name = `errorCost(${inner.name})`;
  return {
    ...inner,
    name,
    route: (question) => {
      const { winner, proposals } = inner.route(question);
      const tier = winner === null ? undefined : neighbour(winner.tier, question, low);
      if (winner === null || tier === undefined) return { winner, proposals };
      const cost = question.task.errorCost === "high" ? "much" : "little";
      const reason = `${winner.reason} Moved from ${winner.tier}: an error costs ${cost}.`;
      const moved: Proposal = { ...winner, router: name, tier, reason };
      return { winner: moved, proposals: [...proposals, moved] };
    },
  };
}

/** `undefined` where there is nowhere to go. */
function neighbour(tier: string, { ladder, task }: RouteQuestion, low: "stay" | "down"): string | undefined {
  if (task.errorCost === "high") return nextTier(ladder, tier);
  return low === "down" ? nextTier(ladder.toReversed(), tier) : undefined;
}
