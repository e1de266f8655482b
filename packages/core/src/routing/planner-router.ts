import { type Router, router } from "./router.js";

/** Starts each task where the plan says, for its reason. */
export function plannerRouter(): Router {
  return router("planner", ({ task: { tier, tierReason } }) => ({
    tier,
    reason: tierReason,
    confidence: "medium",
  }));
}
