/** What the functions below need to know of a task. */
export interface GraphNode {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

/** What follows from the dependencies of a plan's tasks. Lists by position are in the order of the plan. */
export interface TaskGraph {
  /** For each task the tasks that wait for it. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** The number of tasks on the longest chain that starts at each task, itself included; by position. */
  readonly remaining: readonly number[];
  /** Positions so ordered that each task comes after what it depends on; those on or behind a cycle are missing. */
  readonly order: readonly number[];
  /** The most inputs that any task has. */
  readonly widest: number;
}

// A plan never changes, so neither does its graph: the one that was checked is the one that runs.
const known = new WeakMap<readonly GraphNode[], TaskGraph>();

/** The graph of some tasks. Iterative, so that a chain of any length fits. */
export function graphOf(tasks: readonly GraphNode[]): TaskGraph {
  const graph = known.get(tasks) ?? buildGraph(tasks);
  known.set(tasks, graph);
  return graph;
}

/** Notes that `tasks` depend on one another just as those of `graph` do. */
export function hasGraph(tasks: readonly GraphNode[], graph: TaskGraph): void {
  known.set(tasks, graph);
}

function buildGraph(tasks: readonly GraphNode[]): TaskGraph {
  const below = listBelow(tasks);
  const dependents = new Map<string, readonly string[]>();
  let widest = 0;
  const open = tasks.map(({ id, dependsOn }, position) => {
    const waiting = below[position] as readonly number[];
    dependents.set(id, waiting.length === 0 ? NOBODY : waiting.map((each) => (tasks[each] as GraphNode).id));
    widest = Math.max(widest, dependsOn.length);
    return dependsOn.length;
  });
  const order = inOrder(open, below);
  return { dependents, order, remaining: longestPaths(order, below), widest };
}

// Most tasks of a wide plan have nobody that waits for them, so they share the empty lists.
const NOBODY: readonly string[] = [];
const NONE: number[] = [];

/** For each task, by position, the positions of those that wait for it. Lists are made at their size: most hold few. */
function listBelow(tasks: readonly GraphNode[]): readonly (readonly number[])[] {
  const positions = new Map<string, number>();
  tasks.forEach(({ id }, position) => {
    positions.set(id, position);
  });
  const counts = new Array<number>(tasks.length).fill(0);
  const edges: { readonly from: number; readonly to: number }[] = [];
  tasks.forEach(({ dependsOn }, to) => {
    for (const dependency of dependsOn) {
      const from = positions.get(dependency);
      if (from === undefined) continue;
      counts[from] = (counts[from] as number) + 1;
      edges.push({ from, to });
    }
  });
  const below = counts.map((count) => (count === 0 ? NONE : new Array<number>(count)));
  // What is still to come of a list is counted down, so the last edges are entered first.
  for (let edge = edges.pop(); edge !== undefined; edge = edges.pop()) {
    const left = (counts[edge.from] as number) - 1;
    counts[edge.from] = left;
    (below[edge.from] as number[])[left] = edge.to;
  }
  return below;
}

function inOrder(open: number[], below: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  open.forEach((left, position) => {
    if (left === 0) order.push(position);
  });
  for (let next = 0; next < order.length; next += 1) {
    for (const position of below[order[next] as number] as readonly number[]) {
      const left = (open[position] as number) - 1;
      open[position] = left;
      if (left === 0) order.push(position);
    }
  }
  return order;
}

function longestPaths(order: readonly number[], below: readonly (readonly number[])[]): number[] {
  const remaining = new Array<number>(below.length).fill(1);
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const position = order[index] as number;
    let longest = 0;
    for (const dependent of below[position] as readonly number[]) {
      longest = Math.max(longest, remaining[dependent] as number);
    }
    remaining[position] = longest + 1;
  }
  return remaining;
}

/**
 * How urgent the task at a position is; larger starts first. The longest remaining path comes first, as the
 * run cannot end before it has. Of equal paths the task with more inputs starts first: a task with none can
 * start at any time, and is what fills the slots when others have to wait.
 */
export function startPriority({ remaining, widest }: TaskGraph, position: number, inputs: number): number {
  return (remaining[position] ?? 1) * (widest + 1) + inputs;
}

/** One whole cycle among the tasks, its first id repeated at its end; `undefined` when there is none. */
export function findCycle(tasks: readonly GraphNode[]): string[] | undefined {
  const { order } = graphOf(tasks);
  const placed = new Set(order.map((position) => tasks[position]?.id));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const start = tasks.find(({ id }) => !placed.has(id));
  if (start === undefined) return undefined;
  // Whoever is left depends on somebody who is left; so walking on must come round.
  const path: string[] = [];
  const seen = new Map<string, number>();
  let { id } = start;
  while (!seen.has(id)) {
    seen.set(id, path.length);
    path.push(id);
    id = byId.get(id)?.dependsOn.find((dependency) => byId.has(dependency) && !placed.has(dependency)) ?? id;
  }
  return [...path.slice(seen.get(id)), id].reverse();
}
