import { OrchestrationError } from "../errors.js";
import type { Environment } from "../ports/environment.js";
import type { Lease, RunStore } from "../ports/run-store.js";
import type { RunEvent } from "../run/events.js";

/** What writing a run needs. */
export interface WriterOptions {
  readonly runId: string;
  readonly store: RunStore;
  readonly env: Environment;
  /** Who writes, by the name that others are told. */
  readonly owner: string;
  /** How long a lease is taken for; it is renewed three times as often. */
  readonly leaseMs: number;
  /** Called when the lease is somebody else's: nothing may be recorded or sent any more. */
  readonly onLost: (cause: unknown) => void;
}

/** How often in a row a renewal may come too late before the lease is given up. */
const MOST_RENEWALS = 3;

/** When a lease ends, by each clock. */
type LeaseEnd = Readonly<Record<"now" | "monotonic", number>>;

/**
 * The one writer of a run.
 *
 * Deals with: the lease, which is taken when there is something to write, renewed while it is held, and given back
 * when the run rests. Answers at once whenever the store does. Does not deal with: what is written.
 */
export class Writer {
  readonly #options: WriterOptions;
  #lease: Lease | undefined;
  /** Until when nobody else can have taken the lease, by both clocks: one may be set back, the other sleep. */
  #until: LeaseEnd = { now: 0, monotonic: 0 };
  #stopBeating = (): void => {};
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
    try {
      // The word of a renewal may come so late that what was renewed has run out, too.
      for (let renewals = 0; !this.#isHeld(); renewals += 1) {
        if (renewals === MOST_RENEWALS) throw this.#unconfirmed(lease);
        await this.#renew(lease);
      }
    } catch (error) {
      // A lease that was given back meanwhile is nobody else's: its run rests, and what follows takes another.
      if (this.#lease === lease) this.#options.onLost(error);
      throw error;
    }
  }

  /** Gives the lease back. Never rejects: a lease that cannot be given back runs out. */
  release(): undefined | Promise<void> {
    const lease = this.#lease;
    if (lease === undefined) return this.#before?.catch(() => {});
    this.#lease = undefined;
    this.#stopBeating();
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
    const { store, runId, owner, env, leaseMs } = this.#options;
    const until = this.#end();
    const lease = store.acquire(runId, owner, env.now(), leaseMs);
    if (lease instanceof Promise) return lease.then((taken) => this.#hold(taken, until));
    this.#hold(lease, until);
    return undefined;
  }

  #hold(lease: Lease, until: LeaseEnd): void {
    this.#lease = lease;
    this.#until = until;
    this.#beat(lease);
  }

  /** The end of a lease that is taken now. */
  #end(): LeaseEnd {
    const { env, leaseMs } = this.#options;
    return { now: env.now() + leaseMs, monotonic: env.monotonic() + leaseMs };
  }

  /** Whether nobody else can have taken the lease yet. */
  #isHeld(): boolean {
    const { env } = this.#options;
    return env.monotonic() < this.#until.monotonic && env.now() < this.#until.now;
  }

  #held(): Lease {
    if (this.#lease === undefined) throw new Error(`The lease of run "${this.#options.runId}" is not held.`);
    return this.#lease;
  }

  #unconfirmed({ runId, fence }: Lease): OrchestrationError {
    return new OrchestrationError(
      "LEASE_LOST",
      `The lease ${fence} of run "${runId}" ran out ${MOST_RENEWALS} times before its store said that it was renewed. ` +
        `Nothing is sent any more. Expected an answer within ${this.#options.leaseMs} ms: take a longer \`leaseMs\`, or a faster store.`,
    );
  }

  /** Renews for as long as the lease is held. A store that fails is asked again until the lease has run out. */
  #beat(lease: Lease): void {
    const { env, leaseMs, onLost } = this.#options;
    this.#stopBeating = env.after(leaseMs / 3, () => {
      this.#renew(lease).then(
        () => {
          if (this.#lease === lease) this.#beat(lease);
        },
        (error: unknown) => {
          if (this.#lease !== lease) return;
          if (!isLost(error) && this.#isHeld()) this.#beat(lease);
          else onLost(error);
        },
      );
    });
  }

  async #renew(lease: Lease): Promise<void> {
    const { store, env, leaseMs } = this.#options;
    const until = this.#end();
    await store.renew(lease, env.now(), leaseMs);
    this.#until = until;
  }
}

function isLost(error: unknown): boolean {
  return OrchestrationError.is(error) && error.code === "LEASE_LOST";
}
