import { got, OrchestrationError } from "../errors.js";
import { nearest } from "../plan/nearest.js";
import type { RunStore } from "../ports/run-store.js";
import type { RunEvent } from "../run/events.js";
import { evolve } from "../run/evolve.js";
import { readEvent } from "../run/read-event.js";
import { initialState, type RunState } from "../run/state.js";

/** A run as its store tells it: every event, and what they come to. */
export interface RunRecord {
  readonly log: RunEvent[];
  state: RunState;
}

/** How many runs are looked through for an id that was misspelt. */
const MOST_NAMED = 1_000;

/**
 * Reads a run to its end.
 *
 * @throws OrchestrationError `RUN_UNKNOWN` when there is none of that id, `LOG_UNREADABLE` when its log cannot be
 *   followed.
 */
export async function readRun(store: RunStore, runId: string): Promise<RunRecord> {
  const events = await store.read(runId);
  if (events.length === 0) throw await unknownRun(store, runId);
  const record: RunRecord = { log: [], state: initialState() };
  continueRecord(record, runId, events);
  return record;
}

/**
 * Adds the events that follow.
 *
 * @throws OrchestrationError (`LOG_UNREADABLE`) at the first that cannot.
 */
export function continueRecord(record: RunRecord, runId: string, events: readonly RunEvent[]): void {
  for (const event of events) {
    const wrong = misfit(event, runId, record.log.length);
    if (wrong !== undefined) throw unreadable(runId, record.log.length, wrong);
    try {
      const whole = readEvent(event);
      record.state = evolve(record.state, whole);
      record.log.push(whole);
    } catch (error) {
      throw unreadable(runId, event.seq, error instanceof Error ? error.message : String(error), error);
    }
  }
}

function misfit(event: RunEvent, runId: string, seq: number): string | undefined {
  if (event.seq !== seq) return `Expected seq ${seq}, got ${event.seq}.`;
  if (event.runId !== runId) return `It belongs to run "${event.runId}".`;
  if (seq === 0 && event.type !== "run.submitted") return `Expected "run.submitted", got "${event.type}".`;
  return undefined;
}

function unreadable(runId: string, seq: number, why: string, cause?: unknown): OrchestrationError {
  const message = `Event ${seq} of run "${runId}" cannot be trusted, so the run is not continued: ${why}`;
  return new OrchestrationError("LOG_UNREADABLE", message, { cause });
}

async function unknownRun(store: RunStore, runId: string): Promise<OrchestrationError> {
  const known = (await store.list(MOST_NAMED)).map((run) => run.runId);
  const near = nearest(String(runId), known).map((id) => JSON.stringify(id));
  const hint =
    near.length === 0 ? "It holds no run at all; is it the right one?" : `The nearest: ${near.join(", ")}.`;
  return new OrchestrationError("RUN_UNKNOWN", `The store holds no run ${got(runId)}. ${hint}`);
}
