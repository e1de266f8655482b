import type { Environment } from "../ports/environment.js";

/** The timers of one run, which can be stopped together: none outlives the run. */
export class Timers {
  readonly #env: Pick<Environment, "after">;
  readonly #stops = new Set<() => void>();

  constructor(env: Pick<Environment, "after">) {
    this.#env = env;
  }

  /** Calls once, after `ms` milliseconds, unless it is stopped before. */
  after(ms: number, action: () => void): void {
    const stop = this.#env.after(ms, () => {
      this.#stops.delete(stop);
      action();
    });
    this.#stops.add(stop);
  }

  /** Stops them all. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }
}
