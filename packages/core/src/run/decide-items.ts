import { itemId } from "../plan/check-growth.js";
import { gathering, itemTasks } from "../plan/expand.js";
import type { AcceptedPlan, Task } from "../plan/plan.js";
import type { Fact } from "./events.js";
import { itemsOf } from "./items-of.js";
import { isReplaced } from "./replaced.js";
import type { RunState, TaskState } from "./state.js";

/**
 * What must be settled of a list before a task starts: one that is done for each item becomes as many tasks; and when the
 * list was made again and has another length, so must the items. Nothing for all other tasks.
 */
export function decideItems(
  state: RunState,
  task: TaskState,
): Fact<"plan.revised" | "task.flagged"> | undefined {
  const template = dueOf(state, task.task);
  if (template === undefined) return undefined;
  const { id, forEach = "" } = template;
  const before = state.expansions.get(id)?.items;
  const items = itemsOf(state, template);
  const { maxItems, maxTotalTasks } = state.limits;
  if (items === undefined)
    return flag(task, `"${forEach}" returned no list, and "${id}" is done for each item of one.`);
  const { length } = items;
  if (length === before) return undefined;
  if (length > maxItems) {
    const most = `a task may be done for ${maxItems} (\`limits.maxItems\`)`;
    return flag(task, `"${forEach}" lists ${length} items, and ${most}.`);
  }
  const tasks = itemTasks(template, (before ?? 0) + 1, length);
  const total = state.tasks.size + tasks.filter((each) => !state.tasks.has(each.id)).length;
  if (total > maxTotalTasks) {
    const most = `a run may hold ${maxTotalTasks} tasks (\`limits.maxTotalTasks\`)`;
    return flag(task, `"${forEach}" lists ${length} items, and ${most}; with these it would be ${total}.`);
  }
  return revise(state, template, before, length, tasks);
}

/** The `forEach` task whose items have to be as many as its list has, before this task starts. */
function dueOf({ tasks, expansions }: RunState, task: Task): Task | undefined {
  if (task.forEach !== undefined) return task;
  if (task.item !== undefined) return tasks.get(task.item.forEach)?.task;
  for (const [id, { gather }] of expansions) if (gather === task.id) return tasks.get(id)?.task;
  return undefined;
}

function revise(
  state: RunState,
  template: Task,
  before: number | undefined,
  length: number,
  added: readonly Task[],
): Fact<"plan.revised"> {
  const { id, forEach = "" } = template;
  const { plan, revision } = state;
  const gather = gatherOf(state, id, before ?? 0);
  const beyond = Array.from({ length: (before ?? 0) - length }, (_, index) => itemId(id, length + 1 + index));
  const gone = beyond.filter((each) => isThere(state, each));
  return {
    type: "plan.revised",
    number: revision + 1,
    cause: "for_each",
    taskId: id,
    reason:
      before === undefined
        ? `"${forEach}" lists ${length} items.`
        : `"${forEach}" lists ${length} items now, and listed ${before} before.`,
    tasks: [...added, ...gathered(state, template, gather, before, length), ...without(state, gather, gone)],
    withdrawn: gone,
    answer: (plan as AcceptedPlan).answer,
    changes: [],
    warnings: [],
  };
}

/** The task that gathers, as it reads from now on; nothing when it is not in the plan any more. */
function gathered(
  state: RunState,
  template: Task,
  gather: TaskState | undefined,
  before: number | undefined,
  after: number,
): readonly Task[] {
  if (gather === undefined) return [];
  const { id, forEach = "" } = template;
  // Without items the list stands in their place, whether it is kept besides them or not.
  const keepsList =
    before === 0 ? state.expansions.get(id)?.keepsList === true : gather.task.dependsOn.includes(forEach);
  // Those that the planner has replaced stay so.
  const items = Array.from({ length: after }, (_, index) => itemId(id, index + 1));
  const kept = items.filter((id, index) => index >= (before ?? 0) || isThere(state, id));
  return [gathering(gather.task, template, { before, items: kept, isEmpty: after === 0, keepsList })];
}

/** Whether the planner has not replaced an item. */
function isThere({ tasks }: RunState, id: string): boolean {
  return tasks.get(id)?.status !== "withdrawn";
}

/** Who gathers what comes of the items: the one that the plan named, or whom the planner has put in its place. */
function gatherOf(
  { dependents, expansions, tasks }: RunState,
  id: string,
  items: number,
): TaskState | undefined {
  const named = tasks.get(expansions.get(id)?.gather ?? dependents.get(id)?.[0] ?? "");
  if (named !== undefined && !isReplaced(named.status)) return named;
  for (let number = 1; number <= items; number += 1) {
    const [user] = dependents.get(itemId(id, number)) ?? [];
    if (user !== undefined) return tasks.get(user);
  }
  return undefined;
}

/** Tasks besides it that a planner has had depend on items: what is gone they do without. */
function without(
  { dependents, tasks }: RunState,
  gather: TaskState | undefined,
  gone: readonly string[],
): readonly Task[] {
  const left = new Set(gone);
  const users = new Set(gone.flatMap((id) => dependents.get(id) ?? []));
  return [...users].flatMap((id) => {
    const user = tasks.get(id);
    if (user === undefined || user === gather) return [];
    const { task } = user;
    return [{ ...task, dependsOn: task.dependsOn.filter((each) => !left.has(each)) }];
  });
}

function flag({ task }: TaskState, reason: string): Fact<"task.flagged"> {
  return { type: "task.flagged", taskId: task.id, cause: "plan", reason };
}
