import type { Task } from "../plan/plan.js";
import type { BudgetData } from "./budget.js";
import type { Purpose } from "./events.js";

/** Every task that ever was. */
interface Known {
  readonly tasks: ReadonlyMap<string, { readonly task: Task }>;
}

/** What a call is made for. */
interface Owner {
  readonly purpose: Purpose;
  readonly taskId: string | null;
}

const NONE: readonly string[] = [];

/** The subgoals whose shares a call is paid from, the innermost first. What planning a subgoal costs counts within it. */
export function subgoalsOf({ tasks }: Known, { purpose, taskId }: Owner): readonly string[] {
  const task = taskId === null ? undefined : tasks.get(taskId)?.task;
  if (task === undefined) return NONE;
  const first = purpose === "plan" && task.subgoal !== undefined ? task.id : task.within;
  const found: string[] = [];
  for (let id: string | undefined = first; id !== undefined; id = tasks.get(id)?.task.within) found.push(id);
  return found;
}

/** What a subgoal may spend, in integer micro-dollars: its share of what the level above may; `null` without a bound in money. */
export function boundOf(
  { tasks, budget }: Known & { readonly budget: BudgetData | null },
  subgoal: string,
): number | null {
  const most = budget?.hardMicroUsd ?? null;
  if (most === null) return null;
  let share = 1;
  for (let id: string | undefined = subgoal; id !== undefined; id = tasks.get(id)?.task.within)
    share *= tasks.get(id)?.task.subgoal ?? 1;
  return Math.floor(most * share);
}
