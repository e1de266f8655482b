import type { Environment } from "../ports/environment.js";

/** The timers of one run, which can be stopped together: none outlives the run. */
export class Timers {
  readonly #env: Pick<Environment, "after">;
  readonly #stops = new Set<() => void>();
  #isStopped = false;

  constructor(env: Pick<Environment, "after">) {
    this.#env = env;
  }

  /** Calls once, after `ms` milliseconds, unless it is stopped before. Nothing is set any more once they were stopped. */
  after(ms: number, action: () => void): void {
    if (this.#isStopped) return;
    const stop = this.#env.after(ms, () => {
      this.#stops.delete(stop);
      action();
    });
    this.#stops.add(stop);
  }

  /** Stops them all, for good: what is told to stop may still ask for a wait. */
  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }
}
