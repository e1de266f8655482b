import type { RunEvent } from "../run/events.js";

/** Who writes a run: enough for a person to find the process. */
export interface Owner {
  /** Such as `host:pid`. */
  readonly name: string;
  /** When it took the lease, in milliseconds since 1970. */
  readonly since: number;
}

/** The right to write one run, for a while. */
export interface Lease {
  readonly runId: string;
  /** Rises with every lease of the run. A store refuses whatever carries a lower one than it has given out. */
  readonly fence: number;
}

/** One run of a store, without its events. */
export interface RunSummary {
  readonly runId: string;
  readonly goal: string;
  /** How many events its log holds. */
  readonly events: number;
  /** The type of the last event that says how the run stands, such as `run.paused`. */
  readonly lastRunEvent: RunEvent["type"];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly updatedAt: number;
  /** Who holds an unexpired lease. */
  readonly owner: Owner | null;
}

/** Where a list of runs goes on. The last run of one page, as it is, is where the next begins. */
export interface RunCursor {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The run that was listed last; left out, nothing that started at that very time is listed either. */
  readonly runId?: string;
}

/**
 * Where the log of each run is kept.
 *
 * A run is written by whoever holds its lease. `append` keeps all of the events or none, in order, and rejects
 * when the log does not end at `expectedSeq` or the lease has been given to somebody else. It may finish at
 * once (return nothing) or later (a promise); nothing that follows from the events happens before it has, and
 * after a crash they are there. `read` hands out only what it can read, verify and understand: it rejects
 * rather than skip an event.
 *
 * Rejections are `OrchestrationError`s: `RUN_LOCKED` names the owner, `LEASE_LOST` says who took over,
 * `LOG_CONFLICT` where the log ends, `LOG_UNREADABLE` which event cannot be trusted.
 */
export interface RunStore {
  append(lease: Lease, events: readonly RunEvent[], expectedSeq: number): undefined | Promise<void>;
  /** The events of a run from `fromSeq` on, oldest first; empty when the run is unknown. */
  read(runId: string, fromSeq?: number): Promise<readonly RunEvent[]>;
  /**
   * The newest runs first; of those that started at the same time, the last added.
   *
   * @param limit At most so many.
   * @param after Only the runs that follow.
   */
  list(limit: number, after?: RunCursor): Promise<readonly RunSummary[]>;
  /** Takes the lease of a run, new or known, until `now + ttlMs`. */
  acquire(runId: string, owner: string, now: number, ttlMs: number): Lease | Promise<Lease>;
  /**
   * Extends a lease until `now + ttlMs`. Never shortens it: a renewal may arrive late, or twice, after a newer one, and
   * its holder goes by the newest that it heard of.
   */
  renew(lease: Lease, now: number, ttlMs: number): undefined | Promise<void>;
  /** Gives a lease back; nothing happens when it is not held any more. */
  release(lease: Lease): undefined | Promise<void>;
}
