import {
  type AttemptDraft,
  enlist,
  noteAsked,
  present,
  type RunDraft,
  type TaskDraft,
  taskOf,
} from "./draft.js";
import type { RunEvent } from "./events.js";
import type { Fault } from "./fault.js";
import type { JsonValue } from "./json.js";
import { canRetry, isHeld, isPermanent, isQuality } from "./retry.js";

// Nothing is ever added to these lists, so attempts may share the empty one.
const NOTHING: never[] = [];

function begin(task: TaskDraft, tier: string, reason: AttemptDraft["reason"]): AttemptDraft {
  const attempt: AttemptDraft = {
    number: task.attempts.length + 1,
    tier,
    reason,
    outcome: null,
    output: null,
    confidence: null,
    because: "",
    unverified: NOTHING,
    fault: null,
    issues: null,
    repairable: false,
    rejectedFor: null,
    reviewTier: null,
    reviewIssues: NOTHING,
    reviewFault: null,
    verdict: null,
    verdictReason: "",
    criteria: NOTHING,
    problems: NOTHING,
    blame: null,
    by: "executor",
    contradiction: null,
  };
  // Most tasks need one attempt, and a list made of one takes a fifth of the room of one that is added to.
  if (task.attempts.length === 0) task.attempts = [attempt];
  else task.attempts.push(attempt);
  return attempt;
}

function attemptQueued(run: RunDraft, event: RunEvent<"attempt.queued">): void {
  const task = taskOf(run, event.taskId);
  if (event.attempt > task.attempts.length) {
    begin(task, event.route.tier, event.reason);
    task.reviewRepairs = 0;
    task.held = [];
    if (event.reason === "repair") task.repairs += 1;
  }
  task.status = "queued";
  task.retries = event.retry;
  task.awaitsReview = false;
  noteAsked(run, event.retry);
  run.underWay += 1;
}

function attemptStarted(run: RunDraft, { taskId }: RunEvent<"attempt.started">): void {
  taskOf(run, taskId).status = "executing";
}

function attemptFinished(run: RunDraft, event: RunEvent<"attempt.finished">): void {
  const task = taskOf(run, event.taskId);
  const attempt = present(task);
  attempt.outcome = "ok";
  attempt.fault = null;
  attempt.output = event.output;
  attempt.confidence = event.confidence;
  attempt.because = event.because;
  attempt.unverified = event.unverified as string[];
  attempt.contradiction = event.contradiction ?? null;
  task.status = "checking";
  task.retries = 0;
}

function attemptFailed(run: RunDraft, { taskId, fault }: RunEvent<"attempt.failed">): void {
  const task = taskOf(run, taskId);
  present(task).outcome = fault.outcome;
  present(task).fault = fault;
  if (fault.outcome === "refused") task.refusals += 1;
  unanswered(run, task, fault);
}

function attemptChecked(run: RunDraft, event: RunEvent<"attempt.checked">): void {
  const task = taskOf(run, event.taskId);
  const attempt = present(task);
  attempt.issues = event.issues as string[];
  attempt.repairable = event.repairable;
  if (event.issues.length > 0) attempt.rejectedFor = event.issues.join(" ");
  task.status = "checked";
  run.underWay -= 1;
  enlist(run, task);
}

function reviewQueued(run: RunDraft, event: RunEvent<"review.queued">): void {
  const task = taskOf(run, event.taskId);
  const attempt = present(task);
  attempt.reviewTier = event.route.tier;
  attempt.reviewIssues = event.issues as string[];
  task.status = "reviewing";
  task.retries = event.retry;
  task.awaitsReview = true;
  noteAsked(run, event.retry);
  if (event.issues.length > 0 && event.retry === 0) task.reviewRepairs += 1;
  run.underWay += 1;
}

function reviewReturned(run: RunDraft, event: RunEvent<"review.returned">): void {
  const task = taskOf(run, event.taskId);
  const attempt = present(task);
  attempt.verdict = event.verdict;
  attempt.verdictReason = event.reason;
  attempt.criteria = event.criteria as AttemptDraft["criteria"];
  attempt.problems = event.problems as AttemptDraft["problems"];
  attempt.blame = event.blame;
  task.status = "reviewed";
  run.underWay -= 1;
  enlist(run, task);
}

function reviewFailed(run: RunDraft, { taskId, fault }: RunEvent<"review.failed">): void {
  const task = taskOf(run, taskId);
  present(task).reviewFault = fault;
  unanswered(run, task, fault);
}

/** Something came back, but not what was asked for. What nobody can decide about waits with the run. */
function unanswered(run: RunDraft, task: TaskDraft, fault: Fault): void {
  const decidable = isQuality(fault) || isPermanent(fault) || canRetry(fault, task.retries, run);
  task.status = decidable ? "unanswered" : "stalled";
  if (decidable) enlist(run, task);
  if (fault.scope === "run") run.halt ??= { reason: fault.pause, message: fault.message };
  run.underWay -= 1;
  if (isHeld(fault)) goOn(run, task);
}

/** An attempt that waits for a person goes on where it was, once nothing of it is held any more. */
export function goOn(run: RunDraft, task: TaskDraft): void {
  if (task.status !== "stalled" || task.held.length > 0) return;
  const attempt = present(task);
  if (attempt.fault === null || !isHeld(attempt.fault)) return;
  attempt.fault = null;
  task.retries = 0;
  task.status = "unanswered";
  enlist(run, task);
}

/** An output that a person gave, which is checked like any other. */
function byPerson(task: TaskDraft, output: JsonValue): void {
  const attempt = begin(task, task.tier, "person");
  attempt.by = "person";
  attempt.outcome = "ok";
  attempt.output = output;
  task.status = "checking";
}

/** How the events about attempts and their reviews change a run. */
export const evolveAttempt: {
  readonly events: {
    readonly "attempt.queued": typeof attemptQueued;
    readonly "attempt.started": typeof attemptStarted;
    readonly "attempt.finished": typeof attemptFinished;
    readonly "attempt.failed": typeof attemptFailed;
    readonly "attempt.checked": typeof attemptChecked;
    readonly "review.queued": typeof reviewQueued;
    readonly "review.returned": typeof reviewReturned;
    readonly "review.failed": typeof reviewFailed;
  };
  readonly byPerson: typeof byPerson;
} = {
  events: {
    "attempt.queued": attemptQueued,
    "attempt.started": attemptStarted,
    "attempt.finished": attemptFinished,
    "attempt.failed": attemptFailed,
    "attempt.checked": attemptChecked,
    "review.queued": reviewQueued,
    "review.returned": reviewReturned,
    "review.failed": reviewFailed,
  },
  byPerson,
};
