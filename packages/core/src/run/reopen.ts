import type { RunDraft, TaskDraft } from "./draft.js";
import { enlist, taskOf } from "./draft.js";
import { isUnderWay } from "./open-work.js";

/**
 * Takes back an accepted output: the task is to be re-run, and whoever used the output waits for the new one.
 *
 * What is under way for a task that waits again is no longer awaited; an answer that comes late is paid for
 * and not used.
 */
export function reopen(run: RunDraft, taskId: string, reason: string): void {
  const blamed = taskOf(run, taskId);
  takeBack(run, blamed);
  blamed.status = "blamed";
  blamed.reason = reason;
  enlist(run, blamed);
  const takenBack = [taskId];
  for (let next = 0; next < takenBack.length; next += 1) {
    for (const id of run.dependents.get(takenBack[next] as string) ?? []) {
      const dependent = taskOf(run, id);
      dependent.waitingOn += 1;
      if (dependent.status === "accepted") {
        takeBack(run, dependent);
        takenBack.push(id);
      }
      toWaiting(run, dependent);
    }
  }
}

function takeBack(run: RunDraft, task: TaskDraft): void {
  task.acceptedBy = null;
  run.open += 1;
}

function toWaiting(run: RunDraft, task: TaskDraft): void {
  if (task.status === "failed" || task.status === "skipped" || task.status === "blocked") return;
  if (isUnderWay(task.status)) run.underWay -= 1;
  task.status = "waiting";
  task.nextReason = task.attempts.length === 0 ? "first" : "redo";
  // On another input it may be another router's, as long as it has not begun.
  if (task.attempts.length === 0) task.routedBy = null;
  task.repairs = 0;
  // What was refused on the old input may not be on the new one.
  task.refusals = 0;
  task.flag = null;
  task.held = [];
}
