import type { TeamData } from "../team.js";
import type { Route } from "./route.js";

/** The model and effort that the team maps a tier to; for the executor of a role, with the effort that the role asks for. */
export function routeTo({ models, executors }: TeamData, tier: string, role?: string): Route {
  // A team maps every tier of its ladder, or is refused where it is declared.
  const { model, effort } = models[tier] as TeamData["models"][string];
  const own = role !== undefined && Object.hasOwn(executors, role) ? executors[role]?.effort : undefined;
  return { tier, model, effort: own ?? effort };
}
