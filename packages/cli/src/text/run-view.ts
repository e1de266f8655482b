// What the reporters show: the core's own state, and when each task was at work.

import { evolve, initialState, type RunEvent, type RunState } from "@terrace/core";

/** When a task was at work, in milliseconds since 1970. */
interface TaskTimes {
  readonly startedAt: number;
  /** `null` while it is under way. */
  readonly endedAt: number | null;
}

/** A run as its reporters see it. */
export interface RunView {
  readonly state: RunState;
  /** When the first event was recorded; `null` before it. */
  readonly startedAt: number | null;
  /** When the newest event was recorded. */
  readonly at: number;
  readonly times: ReadonlyMap<string, TaskTimes>;
}

/** The view before the first event. */
export function emptyView(): RunView {
  return { state: initialState(), startedAt: null, at: 0, times: new Map() };
}

/** The view after one more event. Takes over `view`: only what it returns may be used afterwards. */
export function foldView(view: RunView, event: RunEvent): RunView {
  const times = view.times as Map<string, TaskTimes>;
  noteTime(times, event);
  return { state: evolve(view.state, event), startedAt: view.startedAt ?? event.at, at: event.at, times };
}

function noteTime(times: Map<string, TaskTimes>, event: RunEvent): void {
  if (event.type === "attempt.started") {
    times.set(event.taskId, { startedAt: times.get(event.taskId)?.startedAt ?? event.at, endedAt: null });
  } else if (
    event.type === "task.accepted" ||
    event.type === "task.flagged" ||
    event.type === "task.failed"
  ) {
    const started = times.get(event.taskId);
    if (started !== undefined) times.set(event.taskId, { ...started, endedAt: event.at });
  }
}

/** How long a task has been, or was, at work; `null` before it started. */
export function workedMs({ times }: RunView, taskId: string, now: number): number | null {
  const time = times.get(taskId);
  return time === undefined ? null : (time.endedAt ?? now) - time.startedAt;
}
