import { checkRevision } from "../plan/check-revision.js";
import type { AcceptedPlan } from "../plan/plan.js";
import type { RevisionDue } from "../plan/revision.js";
import { askPlannerAfter, askPlannerAgain, askPlannerAnew, MOST_ASKED, rejectPlan } from "./ask-planner.js";
import type { Fact } from "./events.js";
import type { Fault } from "./fault.js";
import { stalled } from "./stalled.js";
import { standingOf } from "./standing-of.js";
import type { RunState } from "./state.js";

/** What to do next about a change of the plan that the planner is asked for. */
export function decideRevision(state: RunState, due: RevisionDue): readonly Fact[] {
  const { planning } = state;
  switch (planning.status) {
    case "needed":
      return anew(state, due);
    case "proposed":
      return proposed(state, due);
    case "unanswered":
      return planning.fault === null ? [askPlannerAgain(state, 0)] : unanswered(state, due, planning.fault);
    case "stalled":
      // All else may go on while a subgoal waits for its plan.
      return due.cause === "subgoal" || planning.fault === null ? [] : stalled(planning.fault);
    case "asked":
    case "done":
      return [];
    default:
      return planning.status satisfies never;
  }
}

function proposed(state: RunState, due: RevisionDue): readonly Fact[] {
  const { planning, team, limits, plan, revision, tasks } = state;
  if (due.cause === "subgoal" && tasks.get(due.taskId)?.status !== "ready")
    return [kept(due, "What it works from was taken back meanwhile.")];
  const running = {
    plan: plan as AcceptedPlan,
    revision,
    tasks,
    standingOf: (id: string) => {
      const task = tasks.get(id);
      return task === undefined ? undefined : standingOf(task);
    },
  };
  const tierCap = planning.attempt < MOST_ASKED ? "refuse" : "lower";
  const checked = checkRevision(running, due, planning.proposal, team, limits, tierCap);
  if (!checked.ok) return [rejectPlan(state, checked.issues)];
  if ("kept" in checked) return [kept(due, checked.kept)];
  return [{ type: "plan.revised", ...checked.revision }];
}

function anew(state: RunState, due: RevisionDue): readonly Fact[] {
  const { issues } = state.planning;
  const again = askPlannerAnew(state, { issues, after: null });
  if (again !== undefined) return [again];
  const because = `What the planner proposed does not stand after ${MOST_ASKED} attempts:\n${issues.join("\n")}`;
  return keep(state, due, because);
}

function unanswered(state: RunState, due: RevisionDue, fault: Fault): readonly Fact[] {
  const again = askPlannerAfter(state, fault);
  if (again !== undefined) return [again];
  return keep(state, due, `The planner brought no answer: ${fault.message}`, fault.pause === "budget");
}

/** The plan stays as it is. A subgoal cannot be done without a plan, so a person decides about it. */
function keep({ tasks }: RunState, due: RevisionDue, because: string, isShort = false): readonly Fact[] {
  const { cause, taskId } = due;
  if (cause !== "subgoal" || tasks.get(taskId)?.status !== "ready") return [kept(due, because)];
  const flagged = { taskId, cause: isShort ? "budget" : "plan", reason: because } as const;
  return [kept(due, because), { type: "task.flagged", ...flagged }];
}

function kept(due: RevisionDue, because: string): Fact<"plan.kept"> {
  return { type: "plan.kept", ...due, because };
}
