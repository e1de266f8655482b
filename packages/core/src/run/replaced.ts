import type { TaskStatus } from "./state.js";

/** Whether a revision put other tasks in the place of a task, or has it not done: it is no part of the plan any more. */
export function isReplaced(status: TaskStatus): boolean {
  return status === "expanded" || status === "withdrawn";
}
