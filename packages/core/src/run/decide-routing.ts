import { clampTier } from "../ladder.js";
import type { Task } from "../plan/plan.js";
import type { Classification } from "../routing/classification.js";
import { pinFor } from "../routing/compose.js";
import type { Proposal, RouteQuestion, Router } from "../routing/router.js";
import { contextTokens } from "./context-tokens.js";
import type { Fact } from "./events.js";
import { routeTo } from "./route-to.js";
import type { RunState, TaskState } from "./state.js";
import { type StepCosting, stepCostOf } from "./step-cost.js";

/** Who says where tasks start, and what says what that costs. */
export interface RoutingPolicy extends StepCosting {
  readonly router: Router;
}

/** What to do before a task may start: ask what sort it is, then settle where it starts. Nothing when that is settled. */
export function decideRouting(
  state: RunState,
  task: TaskState,
  policy: RoutingPolicy | undefined,
): Fact<"classification.queued" | "task.routed"> | undefined {
  const { routing, team } = state;
  if (routing === null || policy === undefined) return undefined;
  if (task.routedBy !== null || task.attempts.length > 0) return undefined;
  const taskId = task.task.id;
  if (routing.classifier !== null && task.classification === null) {
    const route = routeTo(team, routing.classifier);
    return { type: "classification.queued", taskId, route, urgency: "live", delayMs: 0 };
  }
  const classification = task.classification === "none" ? null : task.classification;
  return routeTask(state, task.task, classification, policy);
}

/** What routing looks at of a run. */
export type RoutableRun = Pick<RunState, "goal" | "team" | "routing" | "calibration" | "urgency" | "tasks">;

/** Settles where a task starts: a person's pin, else the router's winner, else the plan; within its role's tiers. */
export function routeTask(
  state: RoutableRun,
  task: Task,
  classification: Classification | null,
  policy: RoutingPolicy,
  shown: number = contextTokens(state, task),
): Fact<"task.routed"> {
  const { team, routing } = state;
  const question = questionOf(state, task, classification, policy, shown);
  const { winner, proposals } = policy.router.route(question);
  const pinned = pinFor(routing?.pins ?? {}, question);
  const won = pinned ?? winner ?? plannersOwn(task);
  const tier = clampTier(team.ladder, won.tier, question.bounds.minTier, question.bounds.maxTier);
  const reason = tier === won.tier ? won.reason : `${won.reason} Its role keeps it at ${tier}.`;
  const all = pinned === undefined ? proposals : [pinned, ...proposals];
  return { type: "task.routed", taskId: task.id, ...won, tier, reason, proposals: all };
}

function plannersOwn({ tier, tierReason }: Task): Proposal {
  return { router: "planner", tier, reason: tierReason, confidence: "medium", maxTokens: null };
}

function questionOf(
  state: RoutableRun,
  task: Task,
  classification: Classification | null,
  costing: StepCosting,
  shown: number,
): RouteQuestion {
  const { goal, team, routing, calibration } = state;
  const { ladder, models, executors } = team;
  const role = executors[task.role];
  return {
    goal,
    task,
    ladder,
    models,
    bounds: { minTier: role?.minTier ?? task.tier, maxTier: role?.maxTier ?? task.tier },
    contextTokens: shown,
    domain: routing?.domain ?? null,
    userTier: routing?.userTier ?? null,
    classification,
    calibration: calibration ?? [],
    costOf: (tier) => stepCostOf(tier, state, task, costing),
  };
}
