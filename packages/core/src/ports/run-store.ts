import type { RunEvent } from "../run/events.js";

/**
 * Where the log of each run is kept.
 *
 * Called by one writer per run. `append` must keep all of the events or none, in order, and must reject
 * when the log does not end at `expectedSeq`. It may finish at once (return nothing) or later (a promise);
 * nothing that follows from the events happens before it has.
 */
export interface RunStore {
  append(runId: string, events: readonly RunEvent[], expectedSeq: number): undefined | Promise<void>;
  /** The events of a run from `fromSeq` on, oldest first; empty when the run is unknown. */
  read(runId: string, fromSeq?: number): Promise<readonly RunEvent[]>;
}
