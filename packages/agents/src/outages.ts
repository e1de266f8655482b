// Which models cannot be reached at present, and when to try again.
import type { Environment } from "@terrace/core";

const FIRST_MS = 5_000;
const LONGEST_MS = 60_000;
const MOST_MODELS = 1_000;

interface Outage {
  retryAt: number;
  times: number;
  isTrying: boolean;
}

/** Remembers outages by model, and lets one call at a time find out whether one is over. */
export class Outages {
  readonly #byModel = new Map<string, Outage>();
  readonly #env: Pick<Environment, "monotonic">;

  constructor(env: Pick<Environment, "monotonic">) {
    this.#env = env;
  }

  /** Whether a model could not be reached when it was last asked. */
  isOn(model: string): boolean {
    return this.#byModel.has(model);
  }

  /** Whether a call may go to the model itself: it can be reached, or it is time that somebody tries. */
  mayTry(model: string): boolean {
    const outage = this.#byModel.get(model);
    if (outage === undefined) return true;
    if (outage.isTrying || this.#env.monotonic() < outage.retryAt) return false;
    outage.isTrying = true;
    return true;
  }

  /** The call that was let through is over, whatever it found. */
  tried(model: string): void {
    const outage = this.#byModel.get(model);
    if (outage !== undefined) outage.isTrying = false;
  }

  /** The model could not be reached: nobody tries for a while, twice as long each time. */
  begin(model: string): void {
    const now = this.#env.monotonic();
    const { retryAt = 0, times = 0 } = this.#byModel.get(model) ?? {};
    // Calls that had left before say nothing new.
    if (times > 0 && now < retryAt) return;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** times);
    this.#byModel.set(model, { retryAt: now + ms, times: times + 1, isTrying: false });
    const [oldest] = this.#byModel.keys();
    if (this.#byModel.size > MOST_MODELS && oldest !== undefined) this.#byModel.delete(oldest);
  }

  /** The model was reached. */
  end(model: string): void {
    this.#byModel.delete(model);
  }
}
