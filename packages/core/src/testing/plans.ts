import type { Plan, PlannedTask } from "../plan/plan.js";

/** What a test cares about in a task; the rest is made up. */
export type TaskSketch = Partial<Omit<PlannedTask, "id">>;

/** A task with every field filled in: role `worker`, tier `haiku`, low error cost, no criteria, no dependencies. */
export function taskOf(id: string, sketch: TaskSketch = {}): PlannedTask {
  return {
    id,
    title: `Do ${id}`,
    brief: `Everything there is to know about ${id}.`,
    role: "worker",
    kind: "task",
    tier: "haiku",
    tierReason: "It is simple.",
    errorCost: "low",
    criteria: [],
    dependsOn: [],
    ...sketch,
  };
}

/**
 * A plan from a table of its tasks: `planOf({ facts: {}, essay: { dependsOn: ["facts"] } })`.
 *
 * @param answer The task that gives the answer; by default the last one.
 */
export function planOf(
  tasks: { readonly [id: string]: TaskSketch },
  answer: string = Object.keys(tasks).at(-1) ?? "",
): Plan {
  return { tasks: Object.entries(tasks).map(([id, sketch]) => taskOf(id, sketch)), answer };
}

/** `count` tasks that do not need one another: `t1`, `t2`, … */
export function wide(count: number, sketch: TaskSketch = {}): Plan {
  const ids = Array.from({ length: count }, (_, index) => `t${index + 1}`);
  return planOf(Object.fromEntries(ids.map((id) => [id, sketch])));
}

/** `count` tasks of which each needs the one before: `t1` → `t2` → … */
export function chain(count: number, sketch: TaskSketch = {}): Plan {
  const ids = Array.from({ length: count }, (_, index) => `t${index + 1}`);
  return planOf(
    Object.fromEntries(
      ids.map((id, index) => [id, { ...sketch, dependsOn: index === 0 ? [] : [`t${index}`] }]),
    ),
  );
}

/** `top`, which both `left` and `right` need, and `bottom`, which needs both. */
export function diamond(sketch: TaskSketch = {}): Plan {
  return planOf({
    top: sketch,
    left: { ...sketch, dependsOn: ["top"] },
    right: { ...sketch, dependsOn: ["top"] },
    bottom: { ...sketch, dependsOn: ["left", "right"] },
  });
}
