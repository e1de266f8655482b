import { type RunDraft, taskOf } from "./draft.js";
import type { RunEvent } from "./events.js";

function toolStarted(run: RunDraft, event: RunEvent<"tool.started">): void {
  if (!event.hasEffect) return;
  const { taskId, attempt, useId, tool, input, hasEffect } = event;
  const task = taskOf(run, taskId);
  task.acts = [...task.acts, { attempt, useId, tool, input, hasEffect, end: null }];
}

function toolEnded(run: RunDraft, event: RunEvent<"tool.ended">): void {
  const { taskId, attempt, useId, isError, content, ms } = event;
  const task = taskOf(run, taskId);
  const at = task.acts.findLastIndex((act) => act.attempt === attempt && act.useId === useId);
  const act = task.acts[at];
  if (act !== undefined) task.acts[at] = { ...act, end: { isError, content, ms } };
}

/** How the events about tools change a run: only what has an effect is remembered, for those who come after. */
export const evolveTools: {
  readonly "tool.started": typeof toolStarted;
  readonly "tool.ended": typeof toolEnded;
} = {
  "tool.started": toolStarted,
  "tool.ended": toolEnded,
};
