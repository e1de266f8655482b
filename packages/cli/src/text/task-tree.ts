// Puts a task graph into the order and indentation of a tree: each task below the one that it waits for longest.

import type { RunState } from "@terrace/core";

/** A task's place in the tree. */
export interface TreeRow {
  readonly taskId: string;
  /** What stands before the task: blanks and branches, as wide as it is deep. */
  readonly branch: string;
}

/** The last tree of each run's tasks, with how many they were: a frame is drawn far more often than tasks are added. */
const drawn = new WeakMap<
  RunState["tasks"],
  { readonly size: number; readonly plan: unknown; readonly rows: readonly TreeRow[] }
>();

/**
 * The tasks of a plan as a tree, in the order of the plan.
 *
 * A graph is not a tree: of several dependencies the one on the longest chain is the parent, the last of equals.
 */
export function taskTree({ tasks, plan }: Pick<RunState, "tasks" | "plan">): readonly TreeRow[] {
  const before = drawn.get(tasks);
  if (before !== undefined && before.size === tasks.size && before.plan === plan) return before.rows;
  const rows = growTree(tasks);
  drawn.set(tasks, { size: tasks.size, plan, rows });
  return rows;
}

function growTree(tasks: RunState["tasks"]): readonly TreeRow[] {
  const depths = new Map<string, number>();
  const children = new Map<string | null, string[]>();
  for (const id of inOrder(tasks)) {
    const parent = deepest(tasks.get(id)?.task.dependsOn ?? [], depths);
    depths.set(id, parent === null ? 0 : (depths.get(parent) ?? 0) + 1);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [id]);
    else siblings.push(id);
  }
  const rows: TreeRow[] = [];
  const visit = (id: string, stem: string, branch: string): void => {
    rows.push({ taskId: id, branch: stem + branch });
    const own = children.get(id) ?? [];
    const under = branch === "" ? stem : stem + (branch === "├ " ? "│ " : "  ");
    own.forEach((child, index) => {
      visit(child, under, index === own.length - 1 ? "└ " : "├ ");
    });
  };
  for (const root of children.get(null) ?? []) visit(root, "", "");
  return rows;
}

/** Every task after those it depends on; otherwise as planned. */
function inOrder(tasks: RunState["tasks"]): readonly string[] {
  const ordered = new Set<string>();
  const place = (id: string): void => {
    if (ordered.has(id)) return;
    for (const dependency of tasks.get(id)?.task.dependsOn ?? []) place(dependency);
    ordered.add(id);
  };
  for (const id of tasks.keys()) place(id);
  return [...ordered];
}

function deepest(dependencies: readonly string[], depths: ReadonlyMap<string, number>): string | null {
  let found: string | null = null;
  for (const id of dependencies) {
    if (found === null || (depths.get(id) ?? 0) >= (depths.get(found) ?? 0)) found = id;
  }
  return found;
}
