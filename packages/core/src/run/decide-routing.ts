import { clampTier } from "../ladder.js";
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
  const question = questionOf(state, task, policy);
  const { winner, proposals } = policy.router.route(question);
  const pinned = pinFor(routing.pins, question);
  const won = pinned ?? winner ?? plannersOwn(task);
  const tier = clampTier(team.ladder, won.tier, question.bounds.minTier, question.bounds.maxTier);
  const reason = tier === won.tier ? won.reason : `${won.reason} Its role keeps it at ${tier}.`;
  const all = pinned === undefined ? proposals : [pinned, ...proposals];
  return { type: "task.routed", taskId, ...won, tier, reason, proposals: all };
}

function plannersOwn({ task }: TaskState): Proposal {
  const { tier, tierReason } = task;
  return { router: "planner", tier, reason: tierReason, confidence: "medium", maxTokens: null };
}

function questionOf(
  state: RunState,
  { task, classification }: TaskState,
  costing: StepCosting,
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
    contextTokens: contextTokens(state, task),
    domain: routing?.domain ?? null,
    userTier: routing?.userTier ?? null,
    classification: classification === "none" ? null : classification,
    calibration: calibration ?? [],
    costOf: (tier) => stepCostOf(tier, state, task, costing),
  };
}
