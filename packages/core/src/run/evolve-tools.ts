import { type RunDraft, taskOf } from "./draft.js";
import type { RunEvent } from "./events.js";
import { goOn } from "./evolve-attempt.js";

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

function toolHeld(run: RunDraft, { taskId, attempt, useId, tool, input }: RunEvent<"tool.held">): void {
  const task = taskOf(run, taskId);
  task.held = [...task.held, { attempt, useId, tool, input }];
}

function toolDecided(run: RunDraft, event: RunEvent<"tool.approved" | "tool.denied">): void {
  const task = taskOf(run, event.taskId);
  task.held = task.held.filter(({ attempt, useId }) => attempt !== event.attempt || useId !== event.useId);
  goOn(run, task);
}

/** How the events about tools change a run: only what has an effect is remembered, for those who come after. */
export const evolveTools: {
  readonly "tool.held": typeof toolHeld;
  readonly "tool.approved": typeof toolDecided;
  readonly "tool.denied": typeof toolDecided;
  readonly "tool.started": typeof toolStarted;
  readonly "tool.ended": typeof toolEnded;
} = {
  "tool.held": toolHeld,
  "tool.approved": toolDecided,
  "tool.denied": toolDecided,
  "tool.started": toolStarted,
  "tool.ended": toolEnded,
};
