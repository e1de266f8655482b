import type { TeamData } from "../team.js";
import type { Route } from "./route.js";

/** The model and effort that the team maps a tier to. */
export function routeTo({ models }: TeamData, tier: string): Route {
  // A team maps every tier of its ladder, or is refused where it is declared.
  const { model, effort } = models[tier] as TeamData["models"][string];
  return { tier, model, effort };
}
