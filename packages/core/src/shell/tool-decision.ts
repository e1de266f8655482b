import { got, OrchestrationError, quoted } from "../errors.js";
import { hasEnded } from "../run/admits.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { RunState } from "../run/state.js";
import type { Runner } from "./runner.js";

/** What is said beside a decision on a tool call. */
export interface ToolDecisionOptions {
  /** Who decides, such as `ana@laptop`: told to whoever comes too late. */
  readonly by?: string;
  /** Why; the executor is told why a call was denied. */
  readonly reason?: string;
}

/**
 * Says what settles a held tool call, when its turn comes; nothing when it was settled in this very way already. What it
 * returns throws an OrchestrationError when there is no such call, or it was settled otherwise.
 */
export function decideTool(
  runner: Pick<Runner, "state" | "log">,
  run: { readonly waitsFor: (reason: "person") => boolean },
  call: ToolDecision,
  options: ToolDecisionOptions,
): () => readonly Fact[] {
  return () => {
    const facts = factsOf(runner, call, options);
    return facts.length > 0 && run.waitsFor("person")
      ? [...facts, { type: "run.resumed", by: "person" }]
      : facts;
  };
}

interface ToolDecision {
  readonly taskId: string;
  readonly useId: string;
  readonly isAllowed: boolean;
}

function factsOf(
  { state, log }: Pick<Runner, "state" | "log">,
  call: ToolDecision,
  { by = "", reason = "" }: ToolDecisionOptions,
): readonly Fact[] {
  const { taskId, useId, isAllowed } = call;
  const task = state.tasks.get(taskId);
  if (task === undefined) {
    const message = `Run "${state.runId}" has no task ${got(taskId)}. Its tasks: ${quoted(state.tasks.keys())}.`;
    throw new OrchestrationError("TASK_UNKNOWN", message);
  }
  const held = hasEnded(state) ? undefined : task.held.find((each) => each.useId === useId);
  if (held !== undefined) {
    const { attempt, tool } = held;
    return isAllowed
      ? [{ type: "tool.approved", taskId, attempt, useId, tool, by }]
      : [{ type: "tool.denied", taskId, attempt, useId, by, reason }];
  }
  const before = log.findLast(
    (event) =>
      (event.type === "tool.approved" || event.type === "tool.denied") &&
      event.taskId === taskId &&
      event.useId === useId,
  ) as RunEvent<"tool.approved" | "tool.denied"> | undefined;
  if (before === undefined) throw notHeld(state, taskId, useId);
  if ((before.type === "tool.approved") === isAllowed) return [];
  const who = before.by === "" ? "somebody" : JSON.stringify(before.by);
  const message =
    `Tool call "${useId}" of task "${taskId}" was settled by ${who} at ${new Date(before.at).toISOString()} ` +
    `(${before.type}). What was decided first stands.`;
  throw new OrchestrationError("ALREADY_DECIDED", message);
}

function notHeld(state: RunState, taskId: string, useId: string): OrchestrationError {
  const held = state.tasks.get(taskId)?.held ?? [];
  const standing = hasEnded(state)
    ? `its run has ended (${state.status})`
    : held.length === 0
      ? "none of the task is"
      : `those of the task are ${quoted(held.map((each) => each.useId))}`;
  const message = `Expected tool call ${got(useId)} of task "${taskId}" to be held for a person, but ${standing}.`;
  return new OrchestrationError("TOOL_NOT_HELD", message);
}
