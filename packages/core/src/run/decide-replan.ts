import type { RevisionDue } from "../plan/revision.js";
import { askPlanner } from "./ask-planner.js";
import { present } from "./draft.js";
import type { Fact, FlagCause } from "./events.js";
import type { RunState, TaskState } from "./state.js";

/** Why a task is flagged when another plan may help: not for want of money, of a reviewer or of a plan. */
const PLAN_MAY_HELP: ReadonlySet<FlagCause> = new Set(["ladder", "check", "refused", "context"]);

/**
 * What is decided about a task, or the question to the planner that comes first: when it would be flagged, or accepted
 * although its executor found a contradiction. `undefined` while the planner is asked something else.
 */
export function decideReplan(state: RunState, task: TaskState, fact: Fact): Fact | undefined {
  const due = dueOf(task, fact);
  if (due === undefined || task.replanned || state.replans >= state.limits.maxRevisions) return fact;
  if (state.planning.status !== "done") return undefined;
  return askPlanner(state, 1, { issues: [], after: null }, due);
}

function dueOf(task: TaskState, fact: Fact): RevisionDue | undefined {
  if (fact.type !== "task.flagged" && fact.type !== "task.accepted") return undefined;
  if (task.attempts.length === 0 || present(task).by === "person") return undefined;
  const { taskId } = fact;
  if (fact.type === "task.flagged")
    return PLAN_MAY_HELP.has(fact.cause) ? { cause: "flagged", taskId, reason: fact.reason } : undefined;
  const { contradiction } = present(task);
  if (contradiction === null || fact.by === "person") return undefined;
  return { cause: "contradiction", taskId, reason: contradiction };
}
