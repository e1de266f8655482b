// The tool calls that wait for a person, as a person sees them.

import type { JsonValue, RunState } from "@terrace/core";
import { safeJson, safeLine } from "../text/safe-text.js";

/** A tool call that is made only when a person lets it. */
export interface HeldCall {
  readonly taskId: string;
  readonly useId: string;
  readonly tool: string;
  readonly input: JsonValue;
}

/** The tool calls that wait for a person, in the order of the plan. */
export function heldCalls({ tasks }: Pick<RunState, "tasks">): readonly HeldCall[] {
  return [...tasks.values()].flatMap(({ task, status, held }) =>
    status === "stalled"
      ? held.map(({ useId, tool, input }) => ({ taskId: task.id, useId, tool, input }))
      : [],
  );
}

/** What is to be called with what, in a line that is safe to show and hides nothing but its end. */
export function describeCall(tool: string, input: unknown): string {
  return safeLine(`${tool} ${safeJson(input)}`, 200);
}
