import { WorkerProcess } from "./worker-process.js";

/** Processes that are started ahead, since loading takes longer than most of what is done with them. */
export class Nursery {
  readonly #spare: WorkerProcess[] = [];
  readonly #size: number;
  #wanted: number;

  /**
   * @param size How many are kept ready.
   * @param wanted How many are wanted in all; no more are started ahead.
   */
  constructor(size: number, wanted: number) {
    this.#size = size;
    this.#wanted = wanted;
    this.#fill();
  }

  /** A process that nobody else has. Whoever takes it sees to its end. */
  take(): WorkerProcess {
    const taken = this.#spare.shift() ?? new WorkerProcess();
    this.#fill();
    return taken;
  }

  async close(): Promise<void> {
    await Promise.all(this.#spare.splice(0).map((worker) => worker.end()));
  }

  #fill(): void {
    for (; this.#spare.length < this.#size && this.#wanted > 0; this.#wanted -= 1) {
      this.#spare.push(new WorkerProcess());
    }
  }
}
