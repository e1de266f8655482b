import { got, OrchestrationError, quoted } from "../errors.js";
import { hasEnded } from "../run/admits.js";
import { present } from "../run/draft.js";
import { resolutionSchema } from "../run/event-schemas.js";
import type { Resolution } from "../run/events.js";
import type { Decision, RunState, TaskState } from "../run/state.js";

/** What is said beside a decision on a flagged task. */
export interface DecisionOptions {
  /** Why. */
  readonly reason?: string;
  /** Who decides, such as `ana@laptop`: told to whoever comes too late. */
  readonly by?: string;
  /** The attempt that was looked at; the decision is refused when there is another by now. */
  readonly attempt?: number;
}

/** Whether a task was settled in this very way already. */
export function isSettled(state: RunState, taskId: string, resolution: Resolution): boolean {
  const task = state.tasks.get(taskId);
  if (task === undefined || task.status === "flagged" || task.decision === null) return false;
  return JSON.stringify(task.decision.resolution) === JSON.stringify(resolution);
}

/**
 * Checks that a flagged task can be settled so.
 *
 * @throws OrchestrationError when it cannot.
 */
export function assertResolvable(
  state: RunState,
  taskId: string,
  resolution: Resolution,
  { attempt }: DecisionOptions = {},
): void {
  assertResolution(resolution);
  const task = state.tasks.get(taskId);
  if (task === undefined) {
    const message = `Run "${state.runId}" has no task ${got(taskId)}. Its tasks: ${quoted(state.tasks.keys())}.`;
    throw new OrchestrationError("TASK_UNKNOWN", message);
  }
  if (task.status !== "flagged" || hasEnded(state)) throw notFlagged(state, task);
  // A task that was flagged before it began has no attempt.
  const { number, outcome } = task.attempts.length === 0 ? UNBEGUN : present(task);
  if (attempt !== undefined && attempt !== number) {
    const message =
      `The decision on task "${taskId}" was made on attempt ${got(attempt)}, and its present attempt is ${number}. ` +
      "Look at that one, and decide again.";
    throw new OrchestrationError("RESOLUTION_OUTDATED", message);
  }
  if (resolution.action === "accept" && outcome !== "ok") {
    const message = `Task "${taskId}" has no draft to accept: its last attempt brought no output. Supply an answer, re-run it or give it up.`;
    throw new OrchestrationError("RESOLUTION_INVALID", message);
  }
  if (resolution.action === "rerun") assertNotLower(state, taskId, task.tier, resolution.tier);
}

const UNBEGUN = { number: 0, outcome: null } as const;

function assertResolution(resolution: Resolution): void {
  if (resolutionSchema.safeParse(resolution).success) return;
  const message =
    `Expected a resolution such as \`{ action: "accept" }\`, \`{ action: "answer", output }\`, ` +
    `\`{ action: "rerun", tier }\` or \`{ action: "give_up" }\`, got ${got(resolution)}.`;
  throw new OrchestrationError("RESOLUTION_INVALID", message);
}

function notFlagged(state: RunState, task: TaskState): OrchestrationError {
  const { id } = task.task;
  if (task.status !== "flagged" && task.decision !== null) return alreadyDecided(id, task.decision);
  const standing = hasEnded(state) ? `its run has ended (${state.status})` : `it is ${task.status}`;
  const message = `Expected task "${id}" to be flagged for a person, but ${standing}. Only a flagged task can be settled.`;
  return new OrchestrationError("TASK_NOT_FLAGGED", message);
}

function alreadyDecided(taskId: string, { resolution, by, at }: Decision): OrchestrationError {
  const who = by === "" ? "somebody" : JSON.stringify(by);
  const message =
    `Task "${taskId}" was settled by ${who} at ${new Date(at).toISOString()} (${resolution.action}). ` +
    "What was decided first stands.";
  return new OrchestrationError("ALREADY_DECIDED", message);
}

function assertNotLower(state: RunState, taskId: string, from: string, to: string): void {
  const { ladder } = state.team;
  if (ladder.indexOf(to) >= ladder.indexOf(from)) return;
  const open = ladder.slice(ladder.indexOf(from));
  const message = `Expected task "${taskId}" to be re-run at one of ${quoted(open)}, got ${got(to)}. A task never goes down.`;
  throw new OrchestrationError("RESOLUTION_INVALID", message);
}
