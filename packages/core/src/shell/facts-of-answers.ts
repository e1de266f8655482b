// From what an executor or a reviewer answered to the fact that is recorded.
import type { Execution, Review } from "../ports/agents.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { Fault } from "../run/fault.js";
import type { Limits } from "../run/limits.js";
import type { RunState } from "../run/state.js";
import { verdictOf } from "../run/verdict.js";
import { agentFault, isExecution, isReview, oversize, statedConfidence } from "./answers.js";
import { clip, clipFault, clipLines } from "./clip.js";

/** The attempt that was made. */
interface AttemptId {
  readonly taskId: string;
  readonly attempt: number;
}

/** An attempt is finished, unless its output is none or too large. */
export function finishedBy(
  { taskId, attempt }: AttemptId,
  execution: Execution,
  { maxOutputBytes, maxRevisions }: Limits,
): Fact {
  if (!isExecution(execution))
    return failedBy({ taskId, attempt }, agentFault("the execution has no output."));
  const { output, unverified } = execution;
  const fault = oversize(output, maxOutputBytes);
  if (fault !== undefined) return { type: "attempt.failed", taskId, attempt, fault };
  const { confidence, because } = statedConfidence(execution);
  return {
    type: "attempt.finished",
    taskId,
    attempt,
    output,
    confidence,
    because: clip(because),
    unverified: clipLines(unverified),
    ...(maxRevisions > 0 ? contradictionOf(execution) : {}),
  };
}

/** What contradicts the plan, of an executor that was asked for it. */
function contradictionOf({ contradiction }: Execution): { readonly contradiction?: string } {
  const isSaid = typeof contradiction === "string" && contradiction.trim() !== "";
  return isSaid ? { contradiction: clip(contradiction) } : {};
}

/** An attempt brought no answer. */
export function failedBy({ taskId, attempt }: AttemptId, fault: Fault): Fact {
  return { type: "attempt.failed", taskId, attempt, fault: clipFault(fault) };
}

/** A review came back. Throws when it has not the form of one. */
export function returnedBy(
  state: RunState,
  { taskId, attempt, route: { tier } }: RunEvent<"review.queued">,
  review: Review,
): Fact {
  if (!isReview(review)) throw new TypeError("the review has not the form of one.");
  const { criteria, problems, blame } = review;
  const { criteria: asked = [] } = state.tasks.get(taskId)?.task ?? {};
  const { verdict, reason } = verdictOf(review, asked, blame === null ? [] : blamable(state, taskId));
  return {
    type: "review.returned",
    taskId,
    attempt,
    tier,
    verdict,
    reason: clip(reason),
    criteria,
    problems,
    blame,
  };
}

/** Inputs that a review may still blame: each once, and none that a person stands for. */
function blamable({ tasks }: RunState, taskId: string): readonly string[] {
  const task = tasks.get(taskId);
  const inputs = task?.task.dependsOn ?? [];
  return inputs.filter((id) => {
    const by = tasks.get(id)?.acceptedBy;
    return !task?.blamed.includes(id) && (by === "reviewer" || by === "rule");
  });
}
