import { itemId } from "./check-growth.js";
import type { Task } from "./plan.js";

/** Titles may be longer than this, and the number must find room behind them. */
const MOST_OF_A_TITLE = 8_000;

/** The tasks that do a `forEach` task for the items from one number to another, both included; none when that lies before. */
export function itemTasks(template: Task, from: number, to: number): readonly Task[] {
  const { forEach: _, ...task } = template;
  return Array.from({ length: to - from + 1 }, (_each, index) => {
    const number = from + index;
    return {
      ...task,
      id: itemId(template.id, number),
      title: `${task.title.slice(0, MOST_OF_A_TITLE)} ${number}`,
      item: { forEach: template.id, number },
    };
  });
}

/** What a `forEach` task was done for before, and is from now on. */
export interface Spread {
  /** How many items; `undefined` when it stands in the plan itself. */
  readonly before: number | undefined;
  /** The tasks that do it from now on, in order. */
  readonly items: readonly string[];
  /** Whether the list is empty now. */
  readonly isEmpty: boolean;
  /** Whether the task that gathers is shown the list whatever comes of the items. */
  readonly keepsList: boolean;
}

/** What the task that gathers depends on: all items in their order; without any, the empty list. */
export function gathering(
  gather: Task,
  { id, forEach = "" }: Task,
  { before, items, isEmpty, keepsList }: Spread,
): Task {
  const bare = keepsList ? [] : [forEach];
  const ids = Array.from({ length: before ?? 0 }, (_, index) => itemId(id, index + 1));
  const old = new Set(before === undefined ? [id] : before === 0 ? bare : ids);
  const { dependsOn } = gather;
  const first = dependsOn.findIndex((each) => old.has(each));
  const at = first === -1 ? dependsOn.length : first;
  const left = dependsOn.slice(0, at);
  const right = dependsOn.slice(at).filter((each) => !old.has(each));
  return { ...gather, dependsOn: [...left, ...(isEmpty ? bare : items), ...right] };
}
