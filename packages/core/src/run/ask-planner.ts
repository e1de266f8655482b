import type { RevisionDue } from "../plan/revision.js";
import type { Fact } from "./events.js";
import type { Fault } from "./fault.js";
import { routeTo } from "./route-to.js";
import type { RunState } from "./state.js";

/** How often the planner may be asked one thing: once, and once more with what was wrong. */
export const MOST_ASKED = 2;

/** Asks the planner what it was not asked before, or what did not stand. */
export function askPlanner(
  state: RunState,
  attempt: number,
  why: { readonly issues: readonly string[]; readonly after: Fault["outcome"] | null },
  revises: RevisionDue | null,
): Fact<"plan.queued"> {
  const { team } = state;
  const route = routeTo(team, team.planner.tier);
  const about = revises === null ? {} : { revises };
  return { type: "plan.queued", attempt, retry: 0, route, ...why, delayMs: 0, ...about };
}

/** The very same question once more, since no answer came. */
export function askPlannerAgain(state: RunState, delayMs: number): Fact<"plan.queued"> {
  const { attempt, retries, issues, after, revises } = state.planning;
  return { ...askPlanner(state, attempt, { issues, after }, revises), retry: retries + 1, delayMs };
}
