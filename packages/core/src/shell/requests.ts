import { z } from "zod";
import type { ExecuteRequest, Input, PlanRequest, RejectedDraft, ReviewRequest } from "../ports/agents.js";
import { present } from "../run/draft.js";
import type { RunEvent } from "../run/events.js";
import type { JsonValue } from "../run/json.js";
import type { Attempt, RunState, TaskState } from "../run/state.js";

/** What the shell adds to a request that the state does not hold. */
export interface RequestParts {
  readonly signal: AbortSignal;
  readonly calls: PlanRequest["calls"];
}

/** What the planner is asked. */
export function planRequest(state: RunState, event: RunEvent<"plan.queued">, parts: RequestParts): PlanRequest {
  const { runId, goal, team, limits } = state;
  const { route, attempt, issues, retry } = event;
  return { runId, goal, team, limits, route, attempt, retry, issues, after: event.after ?? undefined, ...parts };
}

/** What an executor is asked. */
export function executeRequest(
  state: RunState,
  task: TaskState,
  event: RunEvent<"attempt.queued">,
  schema: z.ZodType | undefined,
  parts: RequestParts,
): ExecuteRequest {
  const { runId, goal } = state;
  const { route, attempt, reason, retry } = event;
  const before = task.attempts[task.attempts.length - 2];
  return {
    runId,
    goal,
    task: task.task,
    instructions: state.team.executors[task.task.role]?.instructions ?? "",
    route,
    attempt,
    retry,
    reason,
    inputs: inputsOf(state, task),
    draft: before === undefined || reason === "redo" ? undefined : rejected(before),
    fault: before?.fault ?? undefined,
    outputSchema: schema === undefined ? undefined : (z.toJSONSchema(schema) as JsonValue),
    ...parts,
  };
}

/** What a reviewer is asked. Nothing the executor said of its own output is in it. */
export function reviewRequest(
  state: RunState,
  task: TaskState,
  event: RunEvent<"review.queued">,
  parts: RequestParts,
): ReviewRequest {
  const { runId, goal, team } = state;
  const { route, attempt, issues, retry } = event;
  const { output, tier } = present(task);
  return {
    runId,
    goal,
    task: task.task,
    instructions: team.reviewer.instructions,
    route,
    attempt,
    retry,
    executedAt: tier,
    output,
    inputs: inputsOf(state, task),
    issues,
    ...parts,
  };
}

/** The accepted outputs a task works from, in the order it names them. */
export function inputsOf(state: RunState, { task }: TaskState): readonly Input[] {
  if (task.dependsOn.length === 0) return [];
  return task.dependsOn.flatMap((taskId) => {
    const input = state.tasks.get(taskId);
    if (input?.acceptedBy == null) return [];
    const { output, tier, number } = present(input);
    return [{ taskId, title: input.task.title, output, tier, attempt: number, acceptedBy: input.acceptedBy }];
  });
}

function rejected(attempt: Attempt): RejectedDraft | undefined {
  if (attempt.outcome !== "ok") return undefined;
  const findings = attempt.issues !== null && attempt.issues.length > 0 ? attempt.issues : [attempt.verdictReason];
  return { output: attempt.output, tier: attempt.tier, findings };
}
