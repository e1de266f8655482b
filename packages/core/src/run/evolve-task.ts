import { cheaperTier } from "./cheaper-tier.js";
import { enlist, present, type RunDraft, type TaskDraft, taskOf } from "./draft.js";
import type { RunEvent } from "./events.js";
import { evolveAttempt } from "./evolve-attempt.js";
import type { Fault } from "./fault.js";
import { reopen } from "./reopen.js";

function accepted(run: RunDraft, { taskId, by }: RunEvent<"task.accepted">): void {
  const task = taskOf(run, taskId);
  task.status = "accepted";
  task.acceptedBy = by;
  run.open -= 1;
  for (const id of run.dependents.get(taskId) ?? []) {
    const dependent = taskOf(run, id);
    dependent.waitingOn -= 1;
    if (dependent.waitingOn === 0 && dependent.status === "waiting") {
      dependent.status = "ready";
      enlist(run, dependent);
    }
  }
}

function escalated(run: RunDraft, { taskId, to, reason }: RunEvent<"task.escalated">): void {
  const task = taskOf(run, taskId);
  present(task).rejectedFor = reason;
  task.tier = to;
  run.escalations += 1;
  task.nextReason = "escalation";
  task.repairs = 0;
  toStart(run, task);
}

function degraded(run: RunDraft, { taskId, to }: RunEvent<"task.degraded">): void {
  const task = taskOf(run, taskId);
  task.tier = to;
  toStart(run, task);
}

/** To the start, or back to waiting when what it needs was itself taken back meanwhile. */
function toStart(run: RunDraft, task: TaskDraft): void {
  task.status = task.waitingOn > 0 ? "waiting" : "ready";
  if (task.status === "ready") enlist(run, task);
}

function blamed(run: RunDraft, { taskId, by, reason }: RunEvent<"task.blamed">): void {
  taskOf(run, by).blamed = [...taskOf(run, by).blamed, taskId];
  reopen(run, taskId, reason);
}

function flagged(run: RunDraft, { taskId, cause, reason, at }: RunEvent<"task.flagged">): void {
  const task = taskOf(run, taskId);
  task.flag = { cause, reason, at, before: task.status };
  task.status = "flagged";
  // A task that is flagged before it has begun has no attempt.
  if (task.attempts.length > 0 && cause !== "plan") present(task).rejectedFor = reason;
  if (run.limits.personDeadlineMs === 0) giveUp(run, task, at);
}

/** Nobody is there to decide. */
function giveUp(run: RunDraft, task: TaskDraft, at: number): void {
  task.status = "resolved";
  task.decision = { resolution: { action: "give_up" }, by: "", at };
  task.reason = `No person is there to settle it (personDeadlineMs is 0): ${task.flag?.reason}`;
  enlist(run, task);
}

function resolved(run: RunDraft, { taskId, resolution, by, reason, at }: RunEvent<"task.resolved">): void {
  const task = taskOf(run, taskId);
  task.status = "resolved";
  task.flag = null;
  task.decision = { resolution, by, at };
  task.reason = reason;
  if (resolution.action === "answer") {
    evolveAttempt.byPerson(task, resolution.output);
    run.underWay += 1;
  } else if (resolution.action === "rerun") {
    task.tier = resolution.tier;
    task.nextReason = "person";
    task.repairs = 0;
    toStart(run, task);
  } else enlist(run, task);
}

function failed(run: RunDraft, { taskId, reason }: RunEvent<"task.failed">): void {
  const task = taskOf(run, taskId);
  task.status = "failed";
  task.reason = reason;
  run.open -= 1;
  block(run, taskId);
}

function skipped(run: RunDraft, { taskId, dueTo }: RunEvent<"task.skipped">): void {
  const task = taskOf(run, taskId);
  task.status = "skipped";
  task.blockedBy = dueTo;
  run.open -= 1;
  block(run, taskId);
}

function block(run: RunDraft, taskId: string): void {
  for (const id of run.dependents.get(taskId) ?? []) {
    const dependent = taskOf(run, id);
    if (dependent.status !== "waiting") continue;
    dependent.status = "blocked";
    dependent.blockedBy = taskId;
    enlist(run, dependent);
  }
}

/** After a pause, what could not be had is asked for again; what lost its slot with a process stands in line again. */
function resume(run: RunDraft): void {
  for (const task of run.tasks.values()) {
    if (task.status === "executing") task.status = "queued";
    // What a person must allow first is not asked for again without.
    if (task.status !== "stalled" || task.held.length > 0) continue;
    task.status = "unanswered";
    forget(task);
    enlist(run, task);
  }
}

/** In a run that is to be degraded, what stands in line and could start cheaper is decided on again. */
function budgetWarned(run: RunDraft): void {
  if (run.budget?.onExceed !== "degrade") return;
  for (const task of run.tasks.values()) {
    if (task.status !== "queued" || task.attempts.length > 1 || cheaperTier(run, task) === undefined)
      continue;
    task.attempts = [];
    task.status = "ready";
    run.underWay -= 1;
    enlist(run, task);
  }
}

/** Under another budget, what was flagged for want of money is decided on again. */
function budgetChanged(run: RunDraft): void {
  for (const task of run.tasks.values()) {
    if (task.flag?.cause === "budget") {
      task.status = task.flag.before;
      task.flag = null;
      enlist(run, task);
    }
    if (task.status === "unanswered" && missing(task)?.pause === "budget") forget(task);
  }
}

/** Why what the task waits for could not be had. */
function missing(task: TaskDraft): Fault | null {
  return task.awaitsReview ? present(task).reviewFault : present(task).fault;
}

/** What could not be had is no fault any more: it is to be asked for again. */
function forget(task: TaskDraft): void {
  task.retries = 0;
  if (task.awaitsReview) present(task).reviewFault = null;
  else present(task).fault = null;
}

/** How the events about tasks and their attempts change a run. */
export const evolveTask: {
  readonly events: (typeof evolveAttempt)["events"] & {
    readonly "task.accepted": typeof accepted;
    readonly "task.escalated": typeof escalated;
    readonly "task.degraded": typeof degraded;
    readonly "task.blamed": typeof blamed;
    readonly "task.flagged": typeof flagged;
    readonly "task.resolved": typeof resolved;
    readonly "task.failed": typeof failed;
    readonly "task.skipped": typeof skipped;
  };
  readonly resume: (run: RunDraft) => void;
  readonly budgetWarned: (run: RunDraft) => void;
  readonly budgetChanged: (run: RunDraft) => void;
} = {
  events: {
    ...evolveAttempt.events,
    "task.accepted": accepted,
    "task.escalated": escalated,
    "task.degraded": degraded,
    "task.blamed": blamed,
    "task.flagged": flagged,
    "task.resolved": resolved,
    "task.failed": failed,
    "task.skipped": skipped,
  },
  resume,
  budgetWarned,
  budgetChanged,
};
