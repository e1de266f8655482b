import { checkPlan } from "../plan/check-plan.js";
import type { Fact } from "./events.js";
import type { Fault } from "./fault.js";
import { canRetry } from "./retry.js";
import { routeTo } from "./route-to.js";
import type { RunState } from "./state.js";

/** How often the planner may be asked: once, and once more with what was wrong. */
const MAX_ATTEMPTS = 2;

/** What to do next about the plan. */
export function decidePlanning(state: RunState): readonly Fact[] {
  const { planning } = state;
  switch (planning.status) {
    case "needed":
      return needed(state);
    case "proposed":
      return proposed(state);
    case "unanswered":
      return planning.fault === null ? [askAgain(state, 0)] : unanswered(state, planning.fault);
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
  if (planning.attempt >= MAX_ATTEMPTS) {
    const issues = planning.issues.join("\n");
    return [
      {
        type: "run.failed",
        reason: `The planner's plan does not stand after ${MAX_ATTEMPTS} attempts:\n${issues}`,
      },
    ];
  }
  return [ask(state, { issues: planning.issues, after: null })];
}

function proposed(state: RunState): readonly Fact[] {
  const { planning, team, limits } = state;
  // The first plan is asked to spread over the tiers; the second is lowered instead, and says where.
  const tierCap = planning.attempt < MAX_ATTEMPTS ? "refuse" : "lower";
  const checked = checkPlan(planning.proposal, team, limits, { goal: state.goal, tierCap });
  if (checked.ok) return [{ type: "plan.accepted", ...checked.plan }];
  const issues = checked.issues.map(({ code, message }) => `${code}: ${message}`);
  return [{ type: "plan.rejected", attempt: planning.attempt, issues }];
}

function unanswered(state: RunState, fault: Fault): readonly Fact[] {
  const { planning } = state;
  if (canRetry(fault, planning.retries, state)) {
    return [askAgain(state, fault.retryAfterMs)];
  }
  // Asking the same again would bring the same refusal, or the same error.
  const hopeless = fault.outcome === "refused" || fault.outcome === "transport";
  if (hopeless || planning.attempt >= MAX_ATTEMPTS) {
    const tries = planning.attempt === 1 ? "1 attempt" : `${planning.attempt} attempts`;
    return [{ type: "run.failed", reason: `No plan after ${tries}: ${fault.message}` }];
  }
  return [ask(state, { issues: fault.issues, after: fault.outcome })];
}

/** The very same question once more, since no answer came. */
function askAgain(state: RunState, delayMs: number): Fact {
  const { attempt, retries, issues, after } = state.planning;
  return { ...ask(state, { issues, after }), attempt, retry: retries + 1, delayMs };
}

function stalled(fault: Fault): readonly Fact[] {
  return [{ type: "run.paused", reason: fault.pause, message: fault.message, tasks: [] }];
}

function ask(
  state: RunState,
  why: { issues: readonly string[]; after: Fault["outcome"] | null },
): Fact<"plan.queued"> {
  const { planning, team } = state;
  const route = routeTo(team, team.planner.tier);
  return { type: "plan.queued", attempt: planning.attempt + 1, retry: 0, route, ...why, delayMs: 0 };
}
