/** What the functions below need to know of a task. */
export interface GraphNode {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

/** Who depends on whom: for each task the tasks that wait for it, in the order of the plan. */
export function dependentsOf(tasks: readonly GraphNode[]): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const { id } of tasks) dependents.set(id, []);
  for (const { id, dependsOn } of tasks) {
    for (const dependency of dependsOn) dependents.get(dependency)?.push(id);
  }
  return dependents;
}

/**
 * The tasks ordered so that each comes after what it depends on. Tasks on a cycle, or behind one, are missing.
 *
 * Iterative, so that a chain of any length fits.
 */
export function inOrder<Node extends GraphNode>(
  tasks: readonly Node[],
  dependents: ReadonlyMap<string, readonly string[]>,
): Node[] {
  const byId = new Map<string, Node>();
  const open = new Map<string, number>();
  const ordered: Node[] = [];
  for (const task of tasks) {
    byId.set(task.id, task);
    if (task.dependsOn.length === 0) ordered.push(task);
    else open.set(task.id, task.dependsOn.length);
  }
  for (let next = 0; next < ordered.length; next += 1) {
    for (const id of dependents.get((ordered[next] as Node).id) ?? []) {
      const left = (open.get(id) ?? 0) - 1;
      open.set(id, left);
      if (left === 0) ordered.push(byId.get(id) as Node);
    }
  }
  return ordered;
}

/** The number of tasks on the longest chain that starts at each task, itself included. */
export function remainingPaths(
  ordered: readonly GraphNode[],
  dependents: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const remaining = new Map<string, number>();
  for (let index = ordered.length - 1; index >= 0; index -= 1) {
    const { id } = ordered[index] as GraphNode;
    let longest = 0;
    for (const dependent of dependents.get(id) ?? []) {
      longest = Math.max(longest, remaining.get(dependent) ?? 0);
    }
    remaining.set(id, longest + 1);
  }
  return remaining;
}

/**
 * How urgent each task is; larger starts first. The longest remaining path comes first, as the run cannot end
 * before it has. Of equal paths the task with more inputs starts first: a task with none can start at any
 * time, and is what fills the slots when others have to wait.
 */
export function startPriorities(
  tasks: readonly GraphNode[],
  dependents: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const priorities = remainingPaths(inOrder(tasks, dependents), dependents);
  let widest = 0;
  for (const { dependsOn } of tasks) widest = Math.max(widest, dependsOn.length);
  for (const { id, dependsOn } of tasks) {
    priorities.set(id, (priorities.get(id) ?? 1) * (widest + 1) + dependsOn.length);
  }
  return priorities;
}

/** One whole cycle among the tasks, its first id repeated at its end; `undefined` when there is none. */
export function findCycle(
  tasks: readonly GraphNode[],
  dependents: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const outside = new Set(inOrder(tasks, dependents).map(({ id }) => id));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const start = tasks.find(({ id }) => !outside.has(id));
  if (start === undefined) return undefined;
  // Whoever is left depends on somebody who is left; so walking on must come round.
  const path: string[] = [];
  const seen = new Map<string, number>();
  let id = start.id;
  while (!seen.has(id)) {
    seen.set(id, path.length);
    path.push(id);
    id = byId.get(id)?.dependsOn.find((dependency) => byId.has(dependency) && !outside.has(dependency)) ?? id;
  }
  return [...path.slice(seen.get(id)), id].reverse();
}
