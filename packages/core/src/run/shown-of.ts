import type { Task } from "../plan/plan.js";
import { present } from "./draft.js";
import { itemsOf } from "./items-of.js";
import type { JsonValue } from "./json.js";
import type { RunState, TaskState } from "./state.js";

/** What a task is shown of an accepted output that it works from: the whole, or the item that it is done for. */
export function shownOf(run: Pick<RunState, "tasks">, task: Task, input: TaskState): JsonValue {
  const { output } = present(input);
  const { item } = task;
  const template = item === undefined ? undefined : run.tasks.get(item.forEach)?.task;
  if (item === undefined || template?.forEach !== input.task.id) return output;
  return itemsOf(run, template)?.[item.number - 1] ?? null;
}
