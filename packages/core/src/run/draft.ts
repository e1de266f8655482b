import type { Attempt, RunState, TaskState, TaskStatus } from "./state.js";

/**
 * A state while it is being folded.
 *
 * Folding takes over the state it is given and changes it in place, so that an event costs what it changes
 * and not the size of the run. Nobody outside of `evolve` holds a draft.
 */
type Draft<Value> = {
  -readonly [Key in keyof Value]: Value[Key] extends readonly (infer Item)[]
    ? Item[]
    : Value[Key] extends ReadonlyMap<infer Name, infer Item>
      ? Map<Name, Item>
      : Value[Key];
};

export type TaskDraft = Draft<TaskState>;
export type AttemptDraft = Draft<Attempt>;
export type RunDraft = Omit<Draft<RunState>, "dependents" | "tasks" | "agenda"> & {
  tasks: Map<string, TaskDraft>;
  agenda: TaskDraft[];
  dependents: ReadonlyMap<string, readonly string[]>;
};

/** The task an event speaks of. A log that speaks of none is not the log of this run. */
export function taskOf(run: RunDraft, taskId: string): TaskDraft {
  const task = run.tasks.get(taskId);
  if (task === undefined)
    throw new Error(`The log speaks of task "${taskId}", which its plan does not hold.`);
  return task;
}

/** The task's present attempt; it has one whenever something is under way or came back. */
export function present(task: TaskState | TaskDraft): AttemptDraft {
  return task.attempts[task.attempts.length - 1] as AttemptDraft;
}

/** Notes that agents are asked for a piece of work. */
export function noteAsked(run: RunDraft, retry: number): void {
  run.asked += 1;
  if (retry > 0) run.askedAgain += 1;
}

/** Whether the core has to decide something about a task that stands so. */
export function needsDecision(status: TaskStatus): boolean {
  switch (status) {
    case "ready":
    case "checked":
    case "reviewed":
    case "unanswered":
    case "blamed":
    case "resolved":
    case "blocked":
      return true;
    default:
      return false;
  }
}

/** Puts a task on the agenda: something must be decided about it. */
export function enlist(run: RunDraft, task: TaskDraft): void {
  if (task.listed) return;
  task.listed = true;
  run.agenda.push(task);
}

/** Takes off the agenda what has been decided. Each entry is looked at once, whatever the size of the run. */
export function trimAgenda(run: RunDraft): void {
  let start = run.agendaStart;
  for (; start < run.agenda.length; start += 1) {
    const task = run.agenda[start] as TaskDraft;
    if (needsDecision(task.status)) break;
    task.listed = false;
  }
  // Entry by entry, which leaves the list its room: one whose length is set to 0 begins anew with the next entry.
  if (start === run.agenda.length) {
    while (start > 0) {
      run.agenda.pop();
      start -= 1;
    }
  }
  run.agendaStart = start;
  const left = run.agenda.length - start;
  if (left <= SHORT) return;
  run.agendaAge += 1;
  if (run.agendaAge * OFTEN > left) tidyAgenda(run);
}

/** An agenda of so many entries is looked through faster than it is tidied. */
const SHORT = 32;
/** How often a long agenda is tidied while as many events come as it has entries. */
const OFTEN = 8;

/**
 * Drops what is out of date behind a task that has to wait, such as a subgoal until the planner is free: everything on the
 * agenda is looked at with each decision.
 */
function tidyAgenda(run: RunDraft): void {
  const left: TaskDraft[] = [];
  for (let index = run.agendaStart; index < run.agenda.length; index += 1) {
    const task = run.agenda[index] as TaskDraft;
    if (needsDecision(task.status)) left.push(task);
    else task.listed = false;
  }
  run.agenda = left;
  run.agendaStart = 0;
  run.agendaAge = 0;
}
