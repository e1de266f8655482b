import type { TaskState } from "@terrace/core";

/** The tiers a task has been at, in order, each once: `haiku→sonnet`; before the first attempt, the planned one. */
export function tierPath({ task, attempts }: Pick<TaskState, "task" | "attempts">): readonly string[] {
  const tiers = attempts.length === 0 ? [task.tier] : attempts.map(({ tier }) => tier);
  return tiers.filter((tier, index) => tier !== tiers[index - 1]);
}
