import { graphOf } from "../plan/graph.js";
import type { Task } from "../plan/plan.js";
import type { TeamData } from "../team.js";

/**
 * How often each task may have to be done again because an input was taken back, at most.
 *
 * An input is taken back when a reviewer blames it: once by each task that uses it, and no more often than it has tiers
 * to climb and a person to be flagged for. Everything that stands on it is done again then.
 */
export function redoesOf(
  tasks: readonly Task[],
  { ladder, executors }: Pick<TeamData, "ladder" | "executors">,
  timesOf: (task: Task) => number = () => 1,
): ReadonlyMap<string, number> {
  const { dependents, order } = graphOf(tasks);
  const redoes = new Map<string, number>();
  /** What each task stands on, itself left out. */
  const below = new Map<string, ReadonlySet<string>>();
  const times = new Map(tasks.map((task) => [task.id, timesOf(task)]));
  const taken = new Map(
    tasks.map(({ id, role, tier }) => {
      const top = ladder.indexOf(executors[role]?.maxTier ?? tier);
      const users = (dependents.get(id) ?? []).reduce((sum, user) => sum + (times.get(user) ?? 1), 0);
      return [id, (times.get(id) ?? 1) * Math.min(users, 1 + top - ladder.indexOf(tier))];
    }),
  );
  for (const position of order) {
    const { id, dependsOn } = tasks[position] as Task;
    const stands = new Set(dependsOn.flatMap((each) => [each, ...(below.get(each) ?? [])]));
    below.set(id, stands);
    redoes.set(
      id,
      [...stands].reduce((sum, each) => sum + (taken.get(each) ?? 0), 0),
    );
  }
  return redoes;
}
