import type { Clock } from "../ports/clock.js";

/** What a grace needs. */
export interface GraceOptions {
  readonly clock: Clock;
  readonly graceMs: number;
  /** Tells what is under way to stop. */
  readonly abort: () => void;
  /** Called when what was told to stop is waited for no longer. */
  readonly onOver: () => void;
}

/**
 * How long a run waits for what is under way when it is to stop.
 *
 * Work that settles ends the wait; work that does not is left to itself, so that an agent which ignores its signal
 * cannot keep a run from coming to rest.
 */
export class Grace {
  readonly #options: GraceOptions;
  #wait: AbortController | undefined;
  #stopping = false;
  #over = false;

  constructor(options: GraceOptions) {
    this.#options = options;
  }

  /** Whether what is still under way is not waited for any more. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Tells work to stop now, and waits for it no longer than the grace. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#wait?.abort();
    this.#options.abort();
    void this.#overAfter(this.#options.graceMs);
  }

  /** Lets work go on for the grace, then tells it to stop, and waits a tenth of the grace more. */
  async windDown(): Promise<void> {
    if (this.#stopping) return;
    const { clock, graceMs, abort } = this.#options;
    this.#wait = new AbortController();
    const { signal } = this.#wait;
    await clock.sleep(graceMs, signal);
    if (signal.aborted) return;
    this.#stopping = true;
    abort();
    await this.#overAfter(graceMs / 10);
  }

  /** Nothing is under way any more: there is nothing to wait for. */
  end(): void {
    this.#wait?.abort();
  }

  async #overAfter(ms: number): Promise<void> {
    this.#wait = new AbortController();
    const { signal } = this.#wait;
    await this.#options.clock.sleep(ms, signal);
    if (signal.aborted) return;
    this.#over = true;
    this.#options.onOver();
  }
}
