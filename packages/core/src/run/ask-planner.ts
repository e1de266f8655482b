import type { PlanIssue } from "../plan/plan-issue.js";
import type { RevisionDue } from "../plan/revision.js";
import type { Fact } from "./events.js";
import type { Fault } from "./fault.js";
import { canRetry } from "./retry.js";
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

/** Asks again with what was wrong; `undefined` when that was done often enough. */
export function askPlannerAnew(
  state: RunState,
  why: { readonly issues: readonly string[]; readonly after: Fault["outcome"] | null },
): Fact<"plan.queued"> | undefined {
  const { attempt, revises } = state.planning;
  return attempt < MOST_ASKED ? askPlanner(state, attempt + 1, why, revises) : undefined;
}

/** Asks again after a fault; `undefined` when there is no use in it. */
export function askPlannerAfter(state: RunState, fault: Fault): Fact<"plan.queued"> | undefined {
  if (canRetry(fault, state.planning.retries, state)) return askPlannerAgain(state, fault.retryAfterMs);
  // Asking the same again would bring the same refusal, or the same error.
  if (fault.outcome === "refused" || fault.outcome === "transport") return undefined;
  return askPlannerAnew(state, { issues: fault.issues, after: fault.outcome });
}

/** What is wrong with what the planner proposed, for the log. */
export function rejectPlan({ planning }: RunState, issues: readonly PlanIssue[]): Fact<"plan.rejected"> {
  const lines = issues.map(({ code, message }) => `${code}: ${message}`);
  return { type: "plan.rejected", attempt: planning.attempt, issues: lines };
}

/** The very same question once more, since no answer came. */
export function askPlannerAgain(state: RunState, delayMs: number): Fact<"plan.queued"> {
  const { attempt, retries, issues, after, revises } = state.planning;
  return { ...askPlanner(state, attempt, { issues, after }, revises), retry: retries + 1, delayMs };
}
