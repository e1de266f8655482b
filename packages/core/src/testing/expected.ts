import type { Fact, FlagCause } from "../run/events.js";

/** The fact that a task is re-run one tier higher. */
export function escalate(
  taskId: string,
  {
    from,
    to,
    reason = "It is wrong.",
  }: { readonly from: string; readonly to: string; readonly reason?: string },
): Fact<"task.escalated"> {
  return { type: "task.escalated", taskId, from, to, reason };
}

/** The fact that a task waits for a person. */
export function flag(
  taskId: string,
  { cause, reason = "It is wrong." }: { readonly cause: FlagCause; readonly reason?: string },
): Fact<"task.flagged"> {
  return { type: "task.flagged", taskId, cause, reason };
}

/** The fact that an output stands. */
export function acceptTask(
  taskId: string,
  {
    attempt = 1,
    tier = "haiku",
    by = "reviewer",
  }: Partial<Omit<Fact<"task.accepted">, "type" | "taskId">> = {},
): Fact<"task.accepted"> {
  return { type: "task.accepted", taskId, attempt, tier, by };
}

/** The fact that a task downstream holds this one responsible. */
export function blameTask(
  taskId: string,
  { by, reason = "It is wrong." }: { readonly by: string; readonly reason?: string },
): Fact<"task.blamed"> {
  return { type: "task.blamed", taskId, by, reason };
}

/** The fact that a task is given up. */
export function giveUp(taskId: string, reason: string): Fact<"task.failed"> {
  return { type: "task.failed", taskId, reason };
}

/** The fact that a task is left out, because something it depends on failed. */
export function skip(taskId: string, { dueTo }: { readonly dueTo: string }): Fact<"task.skipped"> {
  return { type: "task.skipped", taskId, dueTo };
}

/** The ids of the tasks that facts queue for execution, in their order. */
export function queuedBy(facts: readonly Fact[]): readonly string[] {
  return facts.flatMap((fact) => (fact.type === "attempt.queued" ? [fact.taskId] : []));
}
