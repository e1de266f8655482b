import { listOf } from "../plan/list-of.js";
import type { Task } from "../plan/plan.js";
import { present } from "./draft.js";
import type { JsonValue } from "./json.js";
import type { Attempt, RunState } from "./state.js";

// A list is read once, however many tasks are done for its items. An attempt has one output.
const known = new WeakMap<Attempt, readonly JsonValue[]>();

/** The list that a `forEach` task is done over; `undefined` when the accepted output is none. */
export function itemsOf(
  { tasks }: Pick<RunState, "tasks">,
  { forEach = "" }: Task,
): readonly JsonValue[] | undefined {
  const source = tasks.get(forEach);
  if (source === undefined || source.attempts.length === 0) return undefined;
  const attempt = present(source);
  const read = known.get(attempt) ?? listOf(attempt.output);
  if (read !== undefined) known.set(attempt, read);
  return read;
}

/** The tasks that are done once for each item of what this one returns, by id. */
export function listedBy(
  { limits, tasks, dependents, expansions }: RunState,
  taskId: string,
): string | undefined {
  if (limits.maxItems === 0) return undefined;
  const waiting = (dependents.get(taskId) ?? []).find((id) => tasks.get(id)?.task.forEach === taskId);
  if (waiting !== undefined) return waiting;
  for (const id of expansions.keys()) if (tasks.get(id)?.task.forEach === taskId) return id;
  return undefined;
}
