import { checkPlan } from "../plan/check-plan.js";
import { askPlannerAfter, askPlannerAgain, askPlannerAnew, MOST_ASKED, rejectPlan } from "./ask-planner.js";
import { decideRevision } from "./decide-revision.js";
import type { Fact } from "./events.js";
import type { Fault } from "./fault.js";
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
  const { issues } = planning;
  const reason = `The planner's plan does not stand after ${MOST_ASKED} attempts:\n${issues.join("\n")}`;
  return [askPlannerAnew(state, { issues, after: null }) ?? { type: "run.failed", reason }];
}

function proposed(state: RunState): readonly Fact[] {
  const { planning, team, limits } = state;
  // The first plan is asked to spread over the tiers; the second is lowered instead, and says where.
  const tierCap = planning.attempt < MOST_ASKED ? "refuse" : "lower";
  const checked = checkPlan(planning.proposal, team, limits, { goal: state.goal, tierCap });
  return [checked.ok ? { type: "plan.accepted", ...checked.plan } : rejectPlan(state, checked.issues)];
}

function unanswered(state: RunState, fault: Fault): readonly Fact[] {
  const { attempt } = state.planning;
  const tries = attempt === 1 ? "1 attempt" : `${attempt} attempts`;
  const reason = `No plan after ${tries}: ${fault.message}`;
  return [askPlannerAfter(state, fault) ?? { type: "run.failed", reason }];
}
