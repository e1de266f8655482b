import type { Attempt, RunState, TaskState, TaskStatus } from "./state.js";

/**
 * A state while it is being folded.
 *
 * Folding takes over the state it is given and changes it in place, so that an event costs what it changes
 * and not the size of the run. Nobody outside of `evolve` holds a draft.
 */
export type Draft<Value> = {
  -readonly [Key in keyof Value]: Value[Key] extends readonly (infer Item)[]
    ? Item[]
    : Value[Key] extends ReadonlyMap<infer Name, infer Item>
      ? Map<Name, Item>
      : Value[Key];
};

export type TaskDraft = Draft<TaskState>;
export type AttemptDraft = Draft<Attempt>;
export type RunDraft = Omit<Draft<RunState>, "dependents" | "tasks"> & {
  tasks: Map<string, TaskDraft>;
  dependents: ReadonlyMap<string, readonly string[]>;
};

/** The task an event speaks of. A log that speaks of none is not the log of this run. */
export function taskOf(run: RunDraft, taskId: string): TaskDraft {
  const task = run.tasks.get(taskId);
  if (task === undefined) throw new Error(`The log speaks of task "${taskId}", which its plan does not hold.`);
  return task;
}

/** The task's present attempt; it has one whenever something is under way or came back. */
export function present(task: TaskState | TaskDraft): AttemptDraft {
  return task.attempts[task.attempts.length - 1] as AttemptDraft;
}

const DECIDES: ReadonlySet<TaskStatus> = new Set([
  "ready",
  "checked",
  "reviewed",
  "unanswered",
  "blamed",
  "resolved",
  "blocked",
]);

/** Whether the core has to decide something about the task. */
export function needsDecision(task: TaskState | TaskDraft): boolean {
  return DECIDES.has(task.status);
}

/** Puts a task on the agenda: something must be decided about it. */
export function enlist(run: RunDraft, task: TaskDraft): void {
  if (task.listed) return;
  task.listed = true;
  run.agenda.push(task.task.id);
}

/** Takes off the agenda what has been decided. Each entry is looked at once, whatever the size of the run. */
export function trimAgenda(run: RunDraft): void {
  let start = run.agendaStart;
  for (; start < run.agenda.length; start += 1) {
    const task = run.tasks.get(run.agenda[start] as string);
    if (task === undefined) continue;
    if (needsDecision(task)) break;
    task.listed = false;
  }
  if (start === run.agenda.length && start > 0) {
    run.agenda.length = 0;
    start = 0;
  }
  run.agendaStart = start;
}
