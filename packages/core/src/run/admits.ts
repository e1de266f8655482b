import { present } from "./draft.js";
import type { Fact } from "./events.js";
import { gradeKey } from "./shadow-state.js";
import type { RunState, TaskStatus } from "./state.js";

/**
 * Whether a fact that came from outside still has a place in the run.
 *
 * An answer to an attempt that is no longer awaited, a second cancellation and whatever comes after the end
 * have none. What was paid for always has.
 */
export function admits(state: RunState, fact: Fact): boolean {
  switch (fact.type) {
    case "call.answered":
    case "call.failed":
    case "call.orphaned":
    case "call.batched":
      return true;
    default:
      return !hasEnded(state) && isInPlace(state, fact);
  }
}

function isInPlace(state: RunState, fact: Fact): boolean {
  switch (fact.type) {
    case "plan.proposed":
    case "plan.failed":
      return state.planning.status === "asked" && state.planning.attempt === fact.attempt;
    case "plan.quoted":
      return state.quote === null;
    case "calibration.loaded":
      return state.calibration === null;
    case "classification.returned":
    case "classification.failed":
      // It does not depend on inputs, so it is of use to a task that waits for them again.
      return state.tasks.get(fact.taskId)?.classification === null;
    case "grade.returned":
      return state.shadow?.grades.get(gradeKey(fact.taskId, fact.finding.step))?.status === "queued";
    case "grade.failed":
      return state.shadow?.grades.get(gradeKey(fact.taskId, fact.step))?.status === "queued";
    case "attempt.started":
      return isAwaited(state, fact, "queued");
    case "attempt.finished":
    case "attempt.failed":
    case "tool.held":
    case "tool.started":
    case "tool.ended":
      return isAwaited(state, fact, "executing") || isAwaited(state, fact, "queued");
    case "attempt.checked":
      return isAwaited(state, fact, "checking");
    case "review.returned":
    case "review.failed":
      return isAwaited(state, fact, "reviewing");
    default:
      return true;
  }
}

/** Whether a run has come to one of its three ends. */
export function hasEnded({ status }: RunState): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

function isAwaited(state: RunState, fact: { taskId: string; attempt: number }, status: TaskStatus): boolean {
  const task = state.tasks.get(fact.taskId);
  return task?.status === status && present(task).number === fact.attempt;
}
