import type { AcceptedPlan } from "../plan/plan.js";
import type { RoutingPolicy } from "../run/decide-routing.js";
import { type RoutablePlan, routePlan } from "../run/route-plan.js";

/** How the tasks of a plan were routed before it was quoted. */
export interface Routed {
  /** The name of the router. */
  readonly router: string;
  /** The tier whose model classifies each task; `null` when nobody is asked. */
  readonly classifier: string | null;
  /** How many tasks it starts elsewhere than the plan does. */
  readonly moved: number;
}

/** A plan whose tasks start where the router of its run would start them now; as it is without one. */
export function routedPlan(
  run: Omit<RoutablePlan, "plan">,
  plan: AcceptedPlan,
  policy: RoutingPolicy | undefined,
): { readonly plan: AcceptedPlan; readonly routed: Routed | null } {
  if (run.routing === null || policy === undefined) return { plan, routed: null };
  const routings = routePlan({ ...run, plan }, policy);
  const tasks = plan.tasks.map((task, position) => ({
    ...task,
    tier: routings[position]?.tier ?? task.tier,
  }));
  const moved = tasks.filter(({ tier }, position) => tier !== plan.tasks[position]?.tier).length;
  const { router, classifier } = run.routing;
  return { plan: { ...plan, tasks }, routed: { router, classifier, moved } };
}
