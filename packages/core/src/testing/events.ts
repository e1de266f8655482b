import { checkPlan } from "../plan/check-plan.js";
import type { AcceptedPlan } from "../plan/plan.js";
import type { AcceptedBy } from "../run/accepted-by.js";
import { type Budget, toBudgetData } from "../run/budget.js";
import type { Fact, FlagCause, Resolution } from "../run/events.js";
import type { FailedOutcome, Fault, PauseReason } from "../run/fault.js";
import { DEFAULT_LIMITS, type Limits } from "../run/limits.js";
import { routeTo } from "../run/route-to.js";
import type { TaskStatus } from "../run/state.js";
import type { TeamData } from "../team.js";
import { planOf, type TaskSketch } from "./plans.js";
import { fault as faultAnswer } from "./replies.js";
import type { Step, Story } from "./story.js";
import { testTeam } from "./test-team.js";

/** What a story starts from, besides its tasks. */
export interface Setting {
  /** @default testTeam */
  readonly team?: TeamData;
  readonly limits?: Partial<Limits>;
  readonly budget?: Budget;
  /** @default the last task */
  readonly answer?: string;
  /** What else the goal was submitted with. */
  readonly terms?: Partial<Fact<"run.submitted">>;
}

/** A goal was submitted, and nobody was asked yet. */
export function submitted(
  { team = testTeam, limits = {}, budget, terms = {} }: Setting = {},
  plan: AcceptedPlan | null = null,
): Step {
  const { ladder, models, planner, executors, reviewer, prices } = team;
  return {
    type: "run.submitted",
    goal: "anything",
    team: { ladder, models, planner, executors, reviewer, prices },
    limits: { ...DEFAULT_LIMITS, ...limits },
    plan,
    planOnly: false,
    reuse: null,
    budget: budget === undefined ? null : toBudgetData(budget),
    expecting: [],
    urgency: "live",
    approveAboveMicroUsd: null,
    routing: null,
    shadow: null,
    experiment: null,
    golden: null,
    ...terms,
  };
}

/**
 * A plan was handed in and accepted: `planned({ facts: {}, essay: { dependsOn: ["facts"] } })`.
 *
 * @throws Error when the plan does not stand.
 */
export function planned(tasks: { readonly [id: string]: TaskSketch }, setting: Setting = {}): Step {
  const { team = testTeam, limits = {} } = setting;
  const checked = checkPlan(planOf(tasks, setting.answer), team, { ...DEFAULT_LIMITS, ...limits });
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join("\n"));
  return [submitted(setting, checked.plan), { type: "plan.accepted", ...checked.plan }];
}

// Every step below first lets happen what must have happened before it, in the plainest way.

/** The core decided to execute. */
export function queued(taskId: string, changes: Partial<Fact<"attempt.queued">> = {}): Step {
  return (story) => {
    const { task, tier, attempts, nextReason } = story.task(taskId);
    story.tell({
      type: "attempt.queued",
      taskId,
      attempt: attempts.length + 1,
      retry: 0,
      role: task.role,
      route: routeTo(story.state.team, tier),
      reason: nextReason,
      urgency: "live",
      delayMs: 0,
      ...changes,
    });
  };
}

/** A lane gave the attempt a slot. */
export function started(taskId: string): Step {
  return (story) => {
    if (!is(story, taskId, "queued")) story.tell(queued(taskId));
    story.tell({ type: "attempt.started", taskId, attempt: story.attempt(taskId) });
  };
}

/** The executor answered. */
export function finished(taskId: string, changes: Partial<Fact<"attempt.finished">> = {}): Step {
  return (story) => {
    if (!is(story, taskId, "executing")) story.tell(started(taskId));
    story.tell({
      type: "attempt.finished",
      taskId,
      attempt: story.attempt(taskId),
      output: `${taskId} by ${story.task(taskId).tier}`,
      confidence: "high",
      because: "It was simple.",
      unverified: [],
      ...changes,
    });
  };
}

/** The executor brought no answer. */
export function failed(taskId: string, outcome: FailedOutcome, changes: Partial<Fault> = {}): Step {
  return (story) => {
    if (!is(story, taskId, "executing")) story.tell(started(taskId));
    const { fault } = faultAnswer(outcome, changes);
    story.tell({ type: "attempt.failed", taskId, attempt: story.attempt(taskId), fault });
  };
}

/** The checks have run; without issues they passed. */
export function checked(taskId: string, changes: Partial<Fact<"attempt.checked">> = {}): Step {
  return (story) => {
    if (!is(story, taskId, "checking")) story.tell(finished(taskId));
    const attempt = story.attempt(taskId);
    story.tell({ type: "attempt.checked", taskId, attempt, issues: [], repairable: false, ...changes });
  };
}

/** The core decided who reviews: the tier that made the output, unless a test says otherwise. */
export function sentToReview(taskId: string, changes: Partial<Fact<"review.queued">> = {}): Step {
  return (story) => {
    if (!is(story, taskId, "checked", "unanswered")) story.tell(checked(taskId));
    const attempt = story.attempt(taskId);
    const route = routeTo(story.state.team, story.task(taskId).tier);
    const plain = { retry: 0, route, issues: [], audit: false, urgency: "live", delayMs: 0 } as const;
    story.tell({ type: "review.queued", taskId, attempt, ...plain, ...changes });
  };
}

/** The reviewer answered, and a verdict was derived. A verdict of `blame` names the input in `changes.blame`. */
export function returned(
  taskId: string,
  verdict: "accept" | "rerun" | "blame",
  reason: string = verdict === "accept" ? "Every criterion is met." : "It is wrong.",
  changes: Partial<Fact<"review.returned">> = {},
): Step {
  return (story) => {
    if (!is(story, taskId, "reviewing")) story.tell(sentToReview(taskId));
    const attempt = story.attempt(taskId);
    const { tier } = story.task(taskId);
    const found = { criteria: [], problems: [], blame: null };
    story.tell({ type: "review.returned", taskId, attempt, tier, verdict, reason, ...found, ...changes });
  };
}

/** The reviewer brought no answer that could be used. */
export function unreviewed(taskId: string, outcome: FailedOutcome, changes: Partial<Fault> = {}): Step {
  return (story) => {
    if (!is(story, taskId, "reviewing")) story.tell(sentToReview(taskId));
    const { fault } = faultAnswer(outcome, changes);
    story.tell({ type: "review.failed", taskId, attempt: story.attempt(taskId), fault });
  };
}

/** The output stands. */
export function accepted(taskId: string, by: AcceptedBy = "reviewer"): Step {
  return (story) => {
    if (!is(story, taskId, "reviewed", "resolved")) story.tell(returned(taskId, "accept"));
    const attempt = story.attempt(taskId);
    story.tell({ type: "task.accepted", taskId, attempt, tier: story.task(taskId).tier, by });
  };
}

/** The task is to be re-run at `to`. */
export function escalated(taskId: string, to: string, reason = "It is wrong."): Step {
  return (story) => {
    if (is(story, taskId, "ready", "queued")) story.tell(returned(taskId, "rerun", reason));
    story.tell({ type: "task.escalated", taskId, from: story.task(taskId).tier, to, reason });
  };
}

/** A reviewer of the task `by` held this one responsible. */
export function blamed(
  taskId: string,
  { by, reason = "It is wrong." }: { by: string; reason?: string },
): Step {
  return (story) => {
    if (!is(story, by, "reviewed")) story.tell(returned(by, "blame", reason, { blame: taskId }));
    story.tell({ type: "task.blamed", taskId, by, reason });
  };
}

/** The task waits for a person. */
export function flagged(taskId: string, cause: FlagCause = "ladder", reason = "It is wrong."): Step {
  return (story) => {
    if (is(story, taskId, "ready", "queued")) story.tell(returned(taskId, "rerun", reason));
    story.tell({ type: "task.flagged", taskId, cause, reason });
  };
}

/** A person settled a flagged task. */
export function resolved(taskId: string, resolution: Resolution, reason = "", by = ""): Step {
  return (story) => {
    if (!is(story, taskId, "flagged")) story.tell(flagged(taskId));
    story.tell({ type: "task.resolved", taskId, resolution, by, reason });
  };
}

/** The task was given up. */
export function givenUp(taskId: string, reason = "Nobody needs it."): Step {
  return { type: "task.failed", taskId, reason };
}

/** Something the task depends on was given up. */
export function skipped(taskId: string, dueTo: string): Step {
  return { type: "task.skipped", taskId, dueTo };
}

/** Nothing moves until somebody does. */
export function paused(reason: PauseReason, tasks: readonly string[] = []): Step {
  return { type: "run.paused", reason, message: `It waits: ${reason}.`, tasks };
}

/** It goes on. */
export function resumed(): Step {
  return { type: "run.resumed", by: "caller" };
}

/** Somebody asked for the end. */
export function cancelled(reason = "Enough."): Step {
  return { type: "run.cancelled", reason };
}

function is(story: Story, taskId: string, ...statuses: readonly TaskStatus[]): boolean {
  return statuses.includes(story.task(taskId).status);
}
