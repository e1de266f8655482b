import type { TeamData } from "../team.js";
import type { Route } from "./route.js";

/** The model and effort that the team maps a tier to. */
export function routeTo(team: TeamData, tier: string): Route {
  const mapping = team.models[tier];
  return { tier, model: mapping?.model ?? "", effort: mapping?.effort ?? null };
}
