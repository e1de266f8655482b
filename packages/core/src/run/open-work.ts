import type { RunEvent } from "./events.js";
import { gradeKey } from "./shadow-state.js";
import type { RunState, TaskStatus } from "./state.js";

/** What licenses calls to models. */
export type CallingWork = RunEvent<
  "plan.queued" | "classification.queued" | "attempt.queued" | "review.queued" | "grade.queued"
>;

/** Whether work may wait for a batch. The planner's never may: all else waits for it. */
export function mayWait(work: CallingWork): boolean {
  return work.type !== "plan.queued" && work.urgency === "batch";
}

/** What licenses a piece of work: calls, what earlier runs teach, the quote of a plan, or the checks of an output. */
export type Work =
  | CallingWork
  | RunEvent<"run.submitted" | "plan.accepted" | "plan.revised" | "attempt.finished" | "task.resolved">;

/**
 * The work that was licensed and has not come to its end: what a process that takes over a run has to do again.
 *
 * In the order in which it was licensed. Found by one walk from the end of the log, which stops as soon as all of it
 * is found.
 */
export function openWork(state: RunState, log: readonly RunEvent[]): readonly Work[] {
  const { planning, tasks } = state;
  const wanted = new Map<string, TaskStatus>();
  for (const [id, { status }] of tasks) if (isUnderWay(status)) wanted.set(id, status);
  const grades = new Set<string>();
  for (const [key, { status }] of state.shadow?.grades ?? []) if (status === "queued") grades.add(key);
  let wantsPlan = planning.status === "asked";
  let wantsQuote = isUnquoted(state);
  let wantsCalibration = isUncalibrated(state);
  const found: Work[] = [];
  for (
    let at = log.length - 1;
    at >= 0 && (wantsPlan || wantsQuote || wantsCalibration || wanted.size > 0 || grades.size > 0);
    at -= 1
  ) {
    const event = log[at] as RunEvent;
    if (event.type === "plan.queued" && wantsPlan) {
      wantsPlan = false;
      found.push(event);
    } else if ((event.type === "plan.accepted" || event.type === "plan.revised") && wantsQuote) {
      wantsQuote = false;
      found.push(event);
    } else if (event.type === "run.submitted" && wantsCalibration) {
      wantsCalibration = false;
      found.push(event);
    } else if (event.type === "grade.queued" && grades.delete(gradeKey(event.taskId, event.step))) {
      found.push(event);
    } else if (licenses(event, wanted)) {
      wanted.delete(event.taskId);
      found.push(event);
    }
  }
  return found.reverse();
}

/** Whether the plan stands and must be quoted before anything of it is begun. */
export function isUnquoted({ planning, planOnly, approveAboveMicroUsd, quote }: RunState): boolean {
  return planning.status === "done" && !planOnly && approveAboveMicroUsd !== null && quote === null;
}

/** Whether what earlier runs teach must be known before anything is begun. */
export function isUncalibrated({ routing, calibration }: RunState): boolean {
  return routing !== null && routing.learnFrom > 0 && calibration === null;
}

/** Whether something is being done for a task. */
export function isUnderWay(status: TaskStatus): boolean {
  return (
    status === "queued" ||
    status === "executing" ||
    status === "checking" ||
    status === "reviewing" ||
    status === "classifying"
  );
}

function licenses(
  event: RunEvent,
  wanted: ReadonlyMap<string, TaskStatus>,
): event is Exclude<
  Work,
  RunEvent<"run.submitted" | "plan.queued" | "plan.accepted" | "plan.revised" | "grade.queued">
> {
  switch (event.type) {
    case "classification.queued":
      return wanted.get(event.taskId) === "classifying";
    case "attempt.queued":
      return wanted.get(event.taskId) === "queued" || wanted.get(event.taskId) === "executing";
    case "attempt.finished":
      return wanted.get(event.taskId) === "checking";
    case "task.resolved":
      return event.resolution.action === "answer" && wanted.get(event.taskId) === "checking";
    case "review.queued":
      return wanted.get(event.taskId) === "reviewing";
    default:
      return false;
  }
}
