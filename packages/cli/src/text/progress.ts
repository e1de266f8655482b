import { isReplaced, type RunState } from "@terrace/core";

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
