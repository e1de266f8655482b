// I-07: a log has no gap, and speaks of one run. I-27: a run ends once. I-28: a paused run stands still.
import type { RunEvent } from "../run/events.js";
import { TERMINAL_EVENTS } from "../run/events.js";
import type { Report } from "./watch.js";

const AFTER_THE_END: ReadonlySet<string> = new Set([
  "call.batched",
  "call.answered",
  "call.failed",
  "call.orphaned",
]);
const LICENSES: ReadonlySet<string> = new Set([
  "plan.queued",
  "classification.queued",
  "attempt.queued",
  "review.queued",
  "grade.queued",
]);

/** Hears every event, whatever its type. */
export function watchOrder(report: Report): (event: RunEvent) => void {
  let next = 0;
  let runId: string | undefined;
  let ended: string | undefined;
  let isPaused = false;
  return (event) => {
    const { type, seq } = event;
    if (seq !== next) report("I-07", `expected seq ${next}.`);
    next = seq + 1;
    runId ??= event.runId;
    if (event.runId !== runId) report("I-07", `it speaks of run "${event.runId}", and not of "${runId}".`);
    if ((type === "run.submitted") !== (seq === 0))
      report("I-07", "a log begins with run.submitted, and has it once.");
    if (ended !== undefined && !AFTER_THE_END.has(type)) report("I-27", `the run had ended (${ended}).`);
    if (isPaused && LICENSES.has(type)) report("I-28", "the run is paused: nothing may begin.");
    if (type === "run.paused") isPaused = true;
    else if (type === "run.resumed") isPaused = false;
    else if (TERMINAL_EVENTS.includes(type)) ended ??= type;
  };
}
