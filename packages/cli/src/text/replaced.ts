import type { RunState, TaskStatus } from "@terrace/core";

/** Whether a revision put other tasks in the place of a task, or has it not done: it counts for nothing any more. */
export function isReplaced(status: TaskStatus): boolean {
  return status === "expanded" || status === "withdrawn";
}

/** The tasks of the plan as it stands, and how many of them are accepted. */
export function progressOf({ tasks }: Pick<RunState, "tasks">): {
  readonly tasks: number;
  readonly accepted: number;
} {
  const progress = { tasks: 0, accepted: 0 };
  for (const { status } of tasks.values()) {
    if (!isReplaced(status)) progress.tasks += 1;
    if (status === "accepted") progress.accepted += 1;
  }
  return progress;
}
