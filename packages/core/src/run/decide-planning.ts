import { checkPlan } from "../plan/check-plan.js";
import { askPlanner, askPlannerAgain, MOST_ASKED } from "./ask-planner.js";
import { decideRevision } from "./decide-revision.js";
import type { Fact } from "./events.js";
import type { Fault } from "./fault.js";
import { canRetry } from "./retry.js";
import { stalled } from "./stalled.js";
import type { RunState } from "./state.js";

/** What to do next about the plan, or about a change of it. */
export function decidePlanning(state: RunState): readonly Fact[] {
  const { planning } = state;
  if (planning.revises !== null) return decideRevision(state, planning.revises);
  switch (planning.status) {
    case "needed":
      return needed(state);
    case "proposed":
      return proposed(state);
    case "unanswered":
      return planning.fault === null ? [askPlannerAgain(state, 0)] : unanswered(state, planning.fault);
    case "stalled":
      return planning.fault === null ? [] : stalled(planning.fault);
    case "asked":
    case "done":
      return [];
    default:
      return planning.status satisfies never;
  }
}

function needed(state: RunState): readonly Fact[] {
  const { plan, planning } = state;
  if (plan !== null) return [{ type: "plan.accepted", ...plan }];
  if (planning.attempt >= MOST_ASKED) {
    const issues = planning.issues.join("\n");
    return [
      {
        type: "run.failed",
        reason: `The planner's plan does not stand after ${MOST_ASKED} attempts:\n${issues}`,
      },
    ];
  }
  return [askPlanner(state, planning.attempt + 1, { issues: planning.issues, after: null }, null)];
}

function proposed(state: RunState): readonly Fact[] {
  const { planning, team, limits } = state;
  // The first plan is asked to spread over the tiers; the second is lowered instead, and says where.
  const tierCap = planning.attempt < MOST_ASKED ? "refuse" : "lower";
  const checked = checkPlan(planning.proposal, team, limits, { goal: state.goal, tierCap });
  if (checked.ok) return [{ type: "plan.accepted", ...checked.plan }];
  const issues = checked.issues.map(({ code, message }) => `${code}: ${message}`);
  return [{ type: "plan.rejected", attempt: planning.attempt, issues }];
}

function unanswered(state: RunState, fault: Fault): readonly Fact[] {
  const { planning } = state;
  if (canRetry(fault, planning.retries, state)) {
    return [askPlannerAgain(state, fault.retryAfterMs)];
  }
  // Asking the same again would bring the same refusal, or the same error.
  const hopeless = fault.outcome === "refused" || fault.outcome === "transport";
  if (hopeless || planning.attempt >= MOST_ASKED) {
    const tries = planning.attempt === 1 ? "1 attempt" : `${planning.attempt} attempts`;
    return [{ type: "run.failed", reason: `No plan after ${tries}: ${fault.message}` }];
  }
  return [askPlanner(state, planning.attempt + 1, { issues: fault.issues, after: fault.outcome }, null)];
}
