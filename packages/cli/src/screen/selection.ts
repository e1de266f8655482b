// Which task is selected, and which rows around it are in view.

import type { RunState } from "@terrace/core";
import type { TreeRow } from "../text/task-tree.js";
import { rankOf } from "./phase.js";

/** The task that was chosen, or else the first of those that tell most: flagged, then under way, then next. */
export function selectedOf(
  { tasks }: RunState,
  tree: readonly TreeRow[],
  chosen: string | null,
): string | undefined {
  if (chosen !== null && tasks.has(chosen)) return chosen;
  let best: TreeRow | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const row of tree) {
    const rank = rankOf(tasks.get(row.taskId)?.status ?? "waiting");
    if (rank < lowest) {
      best = row;
      lowest = rank;
    }
  }
  return best?.taskId;
}

/** From which row on how many are in view. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The rows in view when there is room for so many: all, or those around `at`. */
export function spanAround(at: number, length: number, room: number): Span {
  const size = Math.max(1, Math.min(room, length));
  const from = Math.min(Math.max(0, at - Math.floor(size / 2)), length - size);
  return { from: Math.max(0, from), to: Math.max(0, from) + Math.min(size, length) };
}
