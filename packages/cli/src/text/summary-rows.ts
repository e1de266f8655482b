// Which lines the table of a run has: one for each task, and one for many items of a list that came out alike.

import type { RunState, TaskState } from "@terrace/core";
import { tierPath } from "./tier-path.js";

/** A line of the table. */
export interface SummaryRow {
  readonly label: string;
  /** Never empty; more than one when they came out alike. */
  readonly tasks: readonly TaskState[];
  /** How many tasks stand in its place; 0 unless it is expanded. */
  readonly parts: number;
}

/** Fewer items than these have a line each. */
const FEW = 4;

/** The lines, in the order of the plan; those of items together where the first of them stands. */
export function summaryRows({ tasks }: Pick<RunState, "tasks">): readonly SummaryRow[] {
  const alike = new Map<string, TaskState[]>();
  const parts = new Map<string, number>();
  for (const task of tasks.values()) {
    const { item, within } = task.task;
    const of = item?.forEach ?? within;
    if (of !== undefined && task.status !== "withdrawn") parts.set(of, (parts.get(of) ?? 0) + 1);
    const key = keyOf(task);
    if (key === undefined) continue;
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [task]);
    else known.push(task);
  }
  return [...tasks.values()].flatMap((task): readonly SummaryRow[] => {
    const { id, item } = task.task;
    const group = alike.get(keyOf(task) ?? "") ?? [];
    if (item !== undefined && group.length >= FEW)
      return group[0] === task
        ? [{ label: `${item.forEach}-… ×${group.length}`, tasks: group, parts: 0 }]
        : [];
    return [{ label: id, tasks: [task], parts: task.status === "expanded" ? (parts.get(id) ?? 0) : 0 }];
  });
}

/** Items of one list that are accepted on the same way up the ladder are alike. */
function keyOf(task: TaskState): string | undefined {
  const { item } = task.task;
  if (item === undefined || task.status !== "accepted" || task.acceptedBy === "person") return undefined;
  return JSON.stringify([item.forEach, tierPath(task)]);
}
