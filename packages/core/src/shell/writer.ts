import { OrchestrationError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Lease, RunStore } from "../ports/run-store.js";
import type { RunEvent } from "../run/events.js";

/** What writing a run needs. */
export interface WriterOptions {
  readonly runId: string;
  readonly store: RunStore;
  readonly clock: Clock;
  /** Who writes, by the name that others are told. */
  readonly owner: string;
  /** How long a lease is taken for; it is renewed three times as often. */
  readonly leaseMs: number;
  /** Called when the lease is somebody else's: nothing may be recorded or sent any more. */
  readonly onLost: (cause: unknown) => void;
}

// A reason of its own: without one, each run would make an exception with a stack that nobody reads.
const GIVEN_BACK = "The lease was given back.";

/**
 * The one writer of a run.
 *
 * Deals with: the lease, which is taken when there is something to write, renewed while it is held, and given back
 * when the run rests. Answers at once whenever the store does. Does not deal with: what is written.
 */
export class Writer {
  readonly #options: WriterOptions;
  #lease: Lease | undefined;
  /** Until when nobody else can have taken the lease. */
  #until = 0;
  #beating: AbortController | undefined;
  /** What has to come to its end before the lease may be taken. */
  #before: Promise<void> | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Lets something come to its end before anything is written. What it rejects with, the next append does. */
  waitFor(before: Promise<void>): void {
    this.#before = before;
    before.catch(() => {});
  }

  /** Takes the lease, unless it is held. */
  take(): undefined | Promise<void> {
    if (this.#lease !== undefined) return undefined;
    if (this.#before !== undefined) return this.#before.then(() => this.#take());
    return this.#take();
  }

  append(events: readonly RunEvent[], expectedSeq: number): undefined | Promise<void> {
    const { store } = this.#options;
    if (this.#lease !== undefined) return store.append(this.#lease, events, expectedSeq);
    const taken = this.take();
    if (taken === undefined) return store.append(this.#held(), events, expectedSeq);
    return taken.then(() => store.append(this.#held(), events, expectedSeq));
  }

  /**
   * Makes sure that the run is still this process's, which may have slept for longer than it knows.
   *
   * Rejects when it is not.
   */
  async confirm(): Promise<void> {
    const lease = this.#held();
    if (this.#options.clock.now() < this.#until) return;
    try {
      await this.#renew(lease);
    } catch (error) {
      this.#options.onLost(error);
      throw error;
    }
  }

  /** Gives the lease back. Never rejects: a lease that cannot be given back runs out. */
  release(): undefined | Promise<void> {
    const lease = this.#lease;
    if (lease === undefined) return this.#before?.catch(() => {});
    this.#lease = undefined;
    this.#beating?.abort(GIVEN_BACK);
    try {
      const released = this.#options.store.release(lease);
      this.#before = released?.then(
        () => {},
        () => {},
      );
    } catch {
      this.#before = undefined;
    }
    return this.#before;
  }

  #take(): undefined | Promise<void> {
    this.#before = undefined;
    const { store, runId, owner, clock, leaseMs } = this.#options;
    const now = clock.now();
    const lease = store.acquire(runId, owner, now, leaseMs);
    if (lease instanceof Promise) return lease.then((taken) => this.#hold(taken, now));
    this.#hold(lease, now);
    return undefined;
  }

  #hold(lease: Lease, now: number): void {
    this.#lease = lease;
    this.#until = now + this.#options.leaseMs;
    const beating = new AbortController();
    this.#beating = beating;
    void this.#beat(lease, beating.signal);
  }

  #held(): Lease {
    if (this.#lease === undefined) throw new Error(`The lease of run "${this.#options.runId}" is not held.`);
    return this.#lease;
  }

  /** Renews for as long as the lease is held. A store that fails is asked again until the lease has run out. */
  async #beat(lease: Lease, signal: AbortSignal): Promise<void> {
    const { clock, leaseMs, onLost } = this.#options;
    for (;;) {
      await clock.sleep(leaseMs / 3, signal);
      if (signal.aborted) return;
      try {
        await this.#renew(lease);
      } catch (error) {
        if (signal.aborted) return;
        if (!isLost(error) && clock.now() < this.#until) continue;
        onLost(error);
        return;
      }
    }
  }

  async #renew(lease: Lease): Promise<void> {
    const { store, clock, leaseMs } = this.#options;
    const now = clock.now();
    await store.renew(lease, now, leaseMs);
    this.#until = now + leaseMs;
  }
}

function isLost(error: unknown): boolean {
  return OrchestrationError.is(error) && error.code === "LEASE_LOST";
}
