import type { Agents } from "../ports/agents.js";
import type { TeamData } from "../team.js";
import type { PaceOf } from "./lanes.js";

/** The pace of a tier is that of its model; what is no tier keeps none. */
export function pacing(agents: Agents, teamOf: () => TeamData): PaceOf | undefined {
  if (agents.paceOf === undefined) return undefined;
  return (tier) => {
    const { models } = teamOf();
    return Object.hasOwn(models, tier) ? (agents.paceOf?.(models[tier]?.model ?? "") ?? 0) : 0;
  };
}
