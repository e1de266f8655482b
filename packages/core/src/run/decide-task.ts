import { nextTier } from "../ladder.js";
import { grantedTools } from "../plan/granted-tools.js";
import type { AcceptedBy } from "./accepted-by.js";
import { cheaperTier } from "./cheaper-tier.js";
import { decideItems } from "./decide-items.js";
import { decideRouting, type RoutingPolicy } from "./decide-routing.js";
import { decideSubgoal } from "./decide-subgoal.js";
import { present } from "./draft.js";
import type { Fact, FlagCause } from "./events.js";
import { canRetry, isPermanent } from "./retry.js";
import {
  isSampled,
  isSpared,
  type ReviewPolicy,
  type ReviewPolicyName,
  reviewTier,
  stepsAbove,
} from "./review-policy.js";
import type { AttemptReason } from "./route.js";
import { routeTo } from "./route-to.js";
import type { Attempt, RunState, TaskState } from "./state.js";
import type { Urgency } from "./urgency.js";

/** What a policy can be: one that ships, or a function. */
export type Policy = ReviewPolicyName | ReviewPolicy;

/** What to do next about one task; `undefined` when something else has to happen first. */
export function decideTask(
  state: RunState,
  task: TaskState,
  policy: Policy,
  routing?: RoutingPolicy,
): Fact | undefined {
  switch (task.status) {
    case "ready":
      if (task.task.subgoal !== undefined) return decideSubgoal(state, task);
      return (
        decideItems(state, task) ??
        decideRouting(state, task, routing) ??
        degrade(state, task) ??
        queueAttempt(state, task, task.nextReason)
      );
    case "unanswered":
      return task.awaitsReview ? afterFailedReview(state, task, policy) : afterFailedAttempt(state, task);
    case "checked":
      return afterChecks(state, task, policy);
    case "reviewed":
      return afterReview(state, task);
    case "blamed":
      return escalate(state, task, task.reason);
    case "resolved":
      return afterResolution(task);
    case "blocked":
      return { type: "task.skipped", taskId: task.task.id, dueTo: task.blockedBy ?? "" };
    default:
      return undefined;
  }
}

/** A task that has not begun starts at the cheapest tier of its role, once the budget runs low. */
function degrade(state: RunState, task: TaskState): Fact | undefined {
  if (!state.isWarned || state.budget?.onExceed !== "degrade" || task.attempts.length > 0) return undefined;
  const to = cheaperTier(state, task);
  if (to === undefined) return undefined;
  const reason = "The soft bound of the budget is passed.";
  return { type: "task.degraded", taskId: task.task.id, from: task.tier, to, reason };
}

function queueAttempt(state: RunState, task: TaskState, reason: AttemptReason): Fact<"attempt.queued"> {
  return {
    type: "attempt.queued",
    taskId: task.task.id,
    attempt: task.attempts.length + 1,
    retry: 0,
    role: task.task.role,
    route: routeTo(state.team, task.tier, task.task.role),
    reason,
    // A conversation with tools cannot wait for a batch at each of its turns.
    urgency: grantedTools(task.task, state.team).length > 0 ? "live" : urgencyOf(state, task),
    delayMs: 0,
  };
}

function urgencyOf(state: RunState, { task }: TaskState): Urgency {
  return task.urgency ?? state.urgency;
}

/** The very same attempt once more, since no answer came. */
function askAgain(state: RunState, task: TaskState, delayMs: number): Fact<"attempt.queued"> {
  const { number, reason } = present(task);
  return { ...queueAttempt(state, task, reason), attempt: number, retry: task.retries + 1, delayMs };
}

function afterFailedAttempt(state: RunState, task: TaskState): Fact {
  const { fault } = present(task);
  if (fault === null) return askAgain(state, task, 0);
  if (canRetry(fault, task.retries, state)) {
    return askAgain(state, task, fault.retryAfterMs);
  }
  if (fault.pause === "budget") return flag(task, "budget", fault.message);
  if (isPermanent(fault)) return { type: "task.failed", taskId: task.task.id, reason: fault.message };
  if (fault.outcome === "refused") {
    return task.refusals > 1
      ? flag(task, "refused", fault.message)
      : escalate(state, task, fault.message, "refused");
  }
  if (fault.outcome === "context_exceeded") return escalate(state, task, fault.message, "context");
  return repairOrEscalate(state, task, fault.message);
}

function afterFailedReview(state: RunState, task: TaskState, policy: Policy): Fact {
  const { reviewFault: fault } = present(task);
  if (fault === null) return reviewAgain(state, task, policy, 0);
  if (canRetry(fault, task.retries, state)) return reviewAgain(state, task, policy, fault.retryAfterMs);
  if (fault.pause === "budget") return flag(task, "budget", fault.message);
  // Nobody could judge it, and nothing is accepted unjudged.
  if (isPermanent(fault)) return flag(task, "review_refused", fault.message);
  if (fault.outcome === "refused") return flag(task, "review_refused", fault.message);
  if (task.reviewRepairs < state.limits.maxRepairs) {
    const issues = fault.issues.length > 0 ? fault.issues : [fault.message];
    return { ...queueReview(state, task, policy), issues };
  }
  return escalate(state, task, `No usable review: ${fault.message}`);
}

function afterChecks(state: RunState, task: TaskState, policy: Policy): Fact {
  const attempt = present(task);
  const issues = attempt.issues ?? [];
  if (attempt.by === "person") {
    return issues.length > 0 ? flag(task, "check", issues.join(" ")) : accept(task, "person");
  }
  if (issues.length > 0) {
    const reason = issues.join(" ");
    return attempt.repairable ? repairOrEscalate(state, task, reason) : escalate(state, task, reason);
  }
  const rejected = rejectedBefore(task);
  if (rejected !== undefined) {
    const reason = `No progress: this output was rejected before. ${rejected.rejectedFor ?? ""}`;
    return escalate(state, task, reason.trim());
  }
  const { team, runId } = state;
  return isSpared(team.reviewer, runId, task.task, attempt)
    ? accept(task, "rule")
    : queueReview(state, task, policy);
}

function afterReview(state: RunState, task: TaskState): Fact {
  const { verdict, verdictReason, blame } = present(task);
  if (verdict === "accept") return accept(task, "reviewer");
  if (verdict === "blame" && blame !== null && state.tasks.get(blame)?.status === "accepted") {
    return { type: "task.blamed", taskId: blame, by: task.task.id, reason: verdictReason };
  }
  return escalate(state, task, verdictReason);
}

function afterResolution(task: TaskState): Fact {
  if (task.decision?.resolution.action === "accept") return accept(task, "person");
  return { type: "task.failed", taskId: task.task.id, reason: task.reason };
}

const NO_ISSUES: readonly string[] = [];

function queueReview(state: RunState, task: TaskState, policy: Policy): Fact<"review.queued"> {
  const { ladder, reviewer } = state.team;
  const { number, tier, confidence } = present(task);
  const { id, errorCost } = task.task;
  const asked = reviewTier(policy, { ladder, tier, confidence: confidence ?? "low", errorCost });
  const audit = confidence === "high" && isSampled(reviewer.auditShare, state.runId, id, number);
  const route = routeTo(state.team, audit ? stepsAbove(ladder, asked, 1) : asked);
  return {
    type: "review.queued",
    taskId: id,
    attempt: number,
    retry: 0,
    route,
    issues: NO_ISSUES,
    audit,
    urgency: urgencyOf(state, task),
    delayMs: 0,
  };
}

/** The very same review once more, since no answer came. */
function reviewAgain(
  state: RunState,
  task: TaskState,
  policy: Policy,
  delayMs: number,
): Fact<"review.queued"> {
  const { reviewIssues: issues } = present(task);
  return { ...queueReview(state, task, policy), issues, retry: task.retries + 1, delayMs };
}

function repairOrEscalate(state: RunState, task: TaskState, reason: string): Fact {
  if (task.repairs < state.limits.maxRepairs) return queueAttempt(state, task, "repair");
  return escalate(state, task, reason);
}

/** Exactly one tier higher; beyond the role's highest tier, a person decides. */
function escalate(state: RunState, task: TaskState, reason: string, cause: FlagCause = "ladder"): Fact {
  const role = state.team.executors[task.task.role];
  const { ladder } = state.team;
  const isTop = role !== undefined && ladder.indexOf(task.tier) >= ladder.indexOf(role.maxTier);
  const to = isTop ? undefined : nextTier(ladder, task.tier);
  if (to === undefined) return flag(task, cause, reason);
  const most = state.budget?.maxEscalations ?? null;
  if (most !== null && state.escalations >= most) {
    return flag(
      task,
      "budget",
      `The budget of ${most} escalations is spent, and this would be one: ${reason}`,
    );
  }
  return { type: "task.escalated", taskId: task.task.id, from: task.tier, to, reason };
}

function flag(task: TaskState, cause: FlagCause, reason: string): Fact {
  return { type: "task.flagged", taskId: task.task.id, cause, reason };
}

function accept(task: TaskState, by: AcceptedBy): Fact {
  const { number, tier } = present(task);
  return { type: "task.accepted", taskId: task.task.id, attempt: number, tier, by };
}

/** An attempt with the very output of the present one that a review rejected; `undefined` when there is none. */
function rejectedBefore({ attempts }: TaskState): Attempt | undefined {
  // Not looked at for most tasks: they need one attempt.
  if (attempts.length === 1) return undefined;
  // On another input the same output may be right; and a person who asks for a re-run may well expect it.
  const since = attempts.findLastIndex(({ reason }) => reason === "redo" || reason === "person");
  const text = JSON.stringify(attempts[attempts.length - 1]?.output);
  const before = attempts.slice(Math.max(since, 0), -1);
  return before.find(({ verdict, output }) => verdict === "rerun" && JSON.stringify(output) === text);
}
