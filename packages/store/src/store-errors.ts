// What a store says when it cannot do what it was asked.

import { type ErrorCode, OrchestrationError } from "@terrace/core";

/** The last sentence of what cannot be read. */
const UNREADABLE_ADVICE =
  "Nothing was skipped or changed. Restore the file from a copy, or submit the goal again as a new run.";

/** An event of a run cannot be trusted or understood. */
export function unreadable(
  { path, runId }: { path: string; runId: string },
  seq: number | null,
  reason: string,
  cause?: unknown,
): OrchestrationError {
  const where = seq === null ? `its entry in "${path}"` : `event ${seq} in "${path}"`;
  const message = `Run ${JSON.stringify(runId)} cannot be read at ${where}: ${reason}. ${UNREADABLE_ADVICE}`;
  return failure("LOG_UNREADABLE", message, cause);
}

/** A run has an owner whose lease has not run out. */
export function locked(runId: string, owner: string, since: number, until: number): OrchestrationError {
  return failure(
    "RUN_LOCKED",
    `Run ${JSON.stringify(runId)} is being written by ${JSON.stringify(owner)} since ${time(since)}. ` +
      `Wait for it to end, or stop it: without a sign of life its lease runs out at ${time(until)}.`,
  );
}

/** A lease was given to somebody else, given back or never given out. */
export function leaseLost(runId: string, fence: number, current: CurrentLease | null): OrchestrationError {
  return failure(
    "LEASE_LOST",
    `The lease ${fence} of run ${JSON.stringify(runId)} is not held any more: ${successor(current)}. ` +
      "Nothing was written. Stop driving the run here; resume it to take a new lease.",
  );
}

/** Who holds a run now. */
interface CurrentLease {
  readonly fence: number;
  readonly owner: string | null;
  readonly since: number | null;
}

function successor(current: CurrentLease | null): string {
  if (current === null) return "the store knows no such run";
  const { fence, owner, since } = current;
  if (owner === null || since === null) return `it was given back, and the last one given out is ${fence}`;
  return `${JSON.stringify(owner)} took over with lease ${fence} at ${time(since)}`;
}

/** A log does not end where the writer believes. */
export function conflict(runId: string, expectedSeq: number, endsAt: number): OrchestrationError {
  return failure(
    "LOG_CONFLICT",
    `Run ${JSON.stringify(runId)} was expected to end at event ${expectedSeq} but ends at ${endsAt}: ` +
      "something else is writing it. Nothing was written. Let one orchestrator drive a run.",
  );
}

/** An event does not follow the one before. */
export function misplaced(
  runId: string,
  expectedSeq: number,
  event: { readonly runId: string; readonly seq: number },
): OrchestrationError {
  return failure(
    "LOG_CONFLICT",
    `Run ${JSON.stringify(runId)} was to get its event ${expectedSeq}, but was handed event ${event.seq} ` +
      `of run ${JSON.stringify(event.runId)}. Nothing was written. Number events without gaps.`,
  );
}

/** A store is asked for something after it was closed. */
export function closed(path: string): OrchestrationError {
  return storeFailed(`The store "${path}" is closed. Open it again.`);
}

/** The database itself failed. */
export function storeFailed(message: string, cause?: unknown): OrchestrationError {
  return failure("STORE_FAILED", message, cause);
}

function failure(code: ErrorCode, message: string, cause?: unknown): OrchestrationError {
  return new OrchestrationError(code, message, cause === undefined ? undefined : { cause });
}

/** A time for a reader; the number itself when it is no time. */
function time(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
