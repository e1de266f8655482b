import type { Environment } from "../ports/environment.js";

/** What a grace needs. */
export interface GraceOptions {
  readonly env: Pick<Environment, "after">;
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
  /** Ends the wait that is under way. */
  #endWait = (): void => {};
  #isWindingDown = false;
  #isStopping = false;
  #isOver = false;

  constructor(options: GraceOptions) {
    this.#options = options;
  }

  /** Whether what is still under way is not waited for any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells work to stop now, and waits for it no longer than the grace. */
  stop(): void {
    this.#stop(this.#options.graceMs);
  }

  /** Lets work go on for the grace, then tells it to stop, and waits a tenth of the grace more. */
  windDown(): void {
    if (this.#isStopping || this.#isWindingDown) return;
    this.#isWindingDown = true;
    const { env, graceMs } = this.#options;
    this.#endWait = env.after(graceMs, () => this.#stop(graceMs / 10));
  }

  /** Nothing is under way any more: there is nothing to wait for. */
  end(): void {
    this.#endWait();
  }

  #stop(waitMs: number): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#endWait();
    const { env, abort, onOver } = this.#options;
    abort();
    this.#endWait = env.after(waitMs, () => {
      this.#isOver = true;
      onOver();
    });
  }
}
