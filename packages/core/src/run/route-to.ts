import type { TeamData } from "../team.js";
import type { Route } from "./route.js";

/** The model and effort that the team maps a tier to. */
export function routeTo({ models }: TeamData, tier: string): Route {
  const { model, effort } = models[tier] ?? { model: "", effort: null };
  return { tier, model, effort };
}
