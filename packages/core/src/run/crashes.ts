import type { EventType, RunEvent } from "./events.js";

/** Resumes in a row that brought nothing, after which a run is parked. */
const MOST_CRASHES = 3;

/** What a process records before it has achieved anything. */
const NO_PROGRESS: ReadonlySet<EventType> = new Set([
  "run.resumed",
  "call.orphaned",
  "call.sent",
  "call.reused",
  "attempt.started",
  "budget.changed",
]);

/** How many processes in a row took the run over and recorded nothing of use before they died. */
export function crashesIn(log: readonly RunEvent[]): number {
  let crashes = 0;
  for (let index = log.length - 1; index >= 0; index -= 1) {
    const { type } = log[index] as RunEvent;
    if (!NO_PROGRESS.has(type)) break;
    if (type === "run.resumed") crashes += 1;
  }
  return crashes;
}

/** Whether a run looks as if it kills whoever drives it. */
export function isPoisonous(log: readonly RunEvent[]): boolean {
  return crashesIn(log) >= MOST_CRASHES;
}
