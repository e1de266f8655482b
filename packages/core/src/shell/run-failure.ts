import { RunError } from "../errors.js";
import type { Census } from "../run/census.js";
import type { PauseReason } from "../run/fault.js";
import type { LedgerReport } from "../run/ledger-report.js";
import type { RunState } from "../run/state.js";

/** Why a run did not complete, with all that it did. */
export type RunFailure = RunError<RunState, LedgerReport, Census>;

/** A run that did not complete, as far as its failure tells it. */
interface Incomplete {
  readonly id: string;
  readonly state: RunState;
  readonly ledger: LedgerReport;
  readonly census: Census;
}

/**
 * Says why a run did not complete, and how to go on.
 *
 * @param broken What keeps it from recording anything more.
 * @param isInterrupted Whether it was told to stop for now, so that another handle goes on with it.
 */
export function failureOf(
  { id, state, ledger, census }: Incomplete,
  broken: { readonly cause: unknown } | undefined,
  isInterrupted: boolean,
): RunFailure {
  const run = { runId: id, state, ledger, census };
  if (broken !== undefined) {
    const cause = broken.cause instanceof Error ? broken.cause.message : String(broken.cause);
    const message = `Run "${id}" stopped at event ${state.seq}, and recorded nothing after it: ${cause}`;
    return new RunError("RUN_STOPPED", message, { ...run, cause: broken.cause });
  }
  const { accepted, tasks } = census;
  const done = `${accepted} of ${tasks} tasks accepted, ${ledger.usd.toFixed(6)} USD spent`;
  if (state.status === "paused") {
    const { reason, message } = state.halt ?? { reason: "person", message: "" };
    const how = howToGoOn(id, reason, isInterrupted);
    return new RunError("RUN_PAUSED", `Run "${id}" is paused (${reason}): ${message} (${done}).${how}`, run);
  }
  if (state.status === "cancelled") {
    return new RunError("RUN_CANCELLED", `Run "${id}" was cancelled: ${state.ending} (${done}).`, run);
  }
  const code = state.planning.status === "done" ? "RUN_FAILED" : "PLANNING_FAILED";
  return new RunError(code, `Run "${id}" failed: ${state.ending} (${done}).`, run);
}

function howToGoOn(id: string, reason: PauseReason, isInterrupted: boolean): string {
  if (reason === "crashes")
    return ` Look at what it did, then go on with \`orchestrator.resume("${id}", { parked: true })\`.`;
  if (isInterrupted) return ` Go on with \`orchestrator.resume("${id}")\`.`;
  if (reason === "approval") return " Approve it with `run.approve()`, or cancel the run.";
  if (reason === "budget") return " Raise its budget with `run.changeBudget(…)`, and it goes on.";
  return reason === "person" ? "" : " Then go on with `run.resume()`.";
}
