import type { Plan, PlannedTask, Task } from "./plan.js";

/**
 * The plan of a subgoal as it lies in the plan that runs: its ids begin with the subgoal's, what it works from keeps its name,
 * and its answer must meet what the subgoal must.
 */
export function nested(subgoal: Task, { tasks, answer }: Plan): Plan {
  const own = new Set(tasks.map(({ id }) => id));
  const name = (id: string): string => `${subgoal.id}-${id}`;
  const inside = (id: string): string => (own.has(id) || !subgoal.dependsOn.includes(id) ? name(id) : id);
  return {
    tasks: tasks.map(
      (task): PlannedTask => ({
        ...task,
        id: name(task.id),
        dependsOn: task.dependsOn.map(inside),
        ...(task.forEach === undefined ? {} : { forEach: inside(task.forEach) }),
        ...(task.id === answer ? { criteria: joined(task.criteria, subgoal.criteria) } : {}),
      }),
    ),
    answer: name(answer),
  };
}

function joined(own: readonly string[], more: readonly string[]): readonly string[] {
  return [...own, ...more.filter((criterion) => !own.includes(criterion))];
}
