import type { RunState, TaskState } from "./state.js";

/** The cheapest tier that the role of a task may start at; `undefined` when the task is there. */
export function cheaperTier(
  { team }: Pick<RunState, "team">,
  { task, tier }: Pick<TaskState, "task" | "tier">,
): string | undefined {
  const to = team.executors[task.role]?.minTier ?? tier;
  return team.ladder.indexOf(to) < team.ladder.indexOf(tier) ? to : undefined;
}
