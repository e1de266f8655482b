import type { Task } from "../plan/plan.js";
import type { SizeOf } from "../ports/size-of.js";
import { routeTo } from "../run/route-to.js";
import type { TeamData } from "../team.js";
import { costOf, type DatedPricing } from "./cost-of.js";
import { NONE } from "./range.js";
import type { Stay } from "./stay.js";

/** What asking a classifier about a task comes to. It is asked once, and the task does without when no answer comes. */
export function classifyingOf(
  task: Task,
  goal: string,
  team: TeamData,
  classifier: string,
  sizeOf: SizeOf,
  pricing: DatedPricing,
): Stay {
  const route = routeTo(team, classifier);
  const call = { purpose: "classify", route, goal, instructions: "", task, material: [] } as const;
  const microUsd = costOf(route.model, sizeOf({ ...call, outputSchema: undefined }), "live", pricing);
  return { tier: task.tier, microUsd, calls: { least: 1, likely: 1, most: 1 }, outputTokens: NONE };
}
