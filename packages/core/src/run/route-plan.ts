import type { AcceptedPlan } from "../plan/plan.js";
import type { Classification } from "../routing/classification.js";
import { type RoutableRun, type RoutingPolicy, routeTask } from "./decide-routing.js";
import type { Fact } from "./events.js";

/** Where a task would start: who would propose what, and which proposal would win. */
export type TaskRouting = Omit<Fact<"task.routed">, "type">;

/** A plan of which nothing has begun. */
export interface RoutablePlan extends Omit<RoutableRun, "tasks" | "goal"> {
  readonly plan: AcceptedPlan;
}

/** What is known of the tasks of a plan before any of them begins. */
export interface Foreknown {
  /** By task id. @default none, as if nobody had been asked */
  readonly classifications?: { readonly [taskId: string]: Classification };
  /** What each attempt will be shown, in tokens. @default what is told of the task, without its inputs */
  readonly contextTokens?: number;
}

/** Routes the tasks of a plan as if each were about to start, with nothing to work from yet. */
export function routePlan(
  { plan, team, routing, calibration, urgency }: RoutablePlan,
  policy: RoutingPolicy,
  { classifications = {}, contextTokens }: Foreknown = {},
): readonly TaskRouting[] {
  const before: RoutableRun = { goal: plan.goal, team, routing, calibration, urgency, tasks: new Map() };
  return plan.tasks.map((task) => {
    const said = Object.hasOwn(classifications, task.id) ? classifications[task.id] : undefined;
    const { type: _, ...routing } = routeTask(before, task, said ?? null, policy, contextTokens);
    return routing;
  });
}
