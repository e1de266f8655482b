import type { Run } from "@terrace/core";
import { UsageError } from "../surroundings.js";

/** More ids than these are not remembered. */
const MOST_REMEMBERED = 1_000;

/** A run at work in this process. */
interface Driven {
  readonly run: Run;
  /** Resolves when it is at rest. Never rejects. */
  readonly rest: Promise<void>;
}

/** The runs that this process drives: no more at once than were allowed, and all of them can be paused. */
export class DrivenRuns {
  readonly #most: number;
  readonly #runs = new Map<string, Driven>();
  readonly #beginning = new Set<Promise<unknown>>();
  readonly #known = new Set<string>();
  #isLeaving = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** The run, while it is at work here. */
  get(runId: string): Driven | undefined {
    return this.#runs.get(runId);
  }

  /** Whether the run was begun or gone on with here, be it at rest by now. */
  knows(runId: string): boolean {
    return this.#known.has(runId);
  }

  /** Whether nothing is begun any more, since the server is to end. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** @throws UsageError when no more may be at work, or the server is to end */
  assertRoom(): void {
    if (this.#isLeaving) throw new UsageError("The server is about to end, and begins nothing any more.");
    const taken = this.#runs.size + this.#beginning.size;
    if (taken < this.#most) return;
    throw new UsageError(
      `${taken} runs are at work in this server, and at most ${this.#most} may be. ` +
        "Wait for one of them with wait_run, then ask again; --max-runs allows more.",
    );
  }

  /** Begins a run, or goes on with one, and follows it until it is at rest. @throws UsageError as `assertRoom` does */
  async drive(begin: () => Run | Promise<Run>): Promise<Run> {
    this.assertRoom();
    const beginning = (async () => this.follow(await begin()))();
    this.#beginning.add(beginning);
    try {
      return await beginning;
    } finally {
      this.#beginning.delete(beginning);
    }
  }

  /** Begins nothing any more, pauses every run, and resolves when all are at rest. Never rejects. */
  async pauseAll(why: string): Promise<void> {
    this.#isLeaving = true;
    await Promise.allSettled(this.#beginning);
    await Promise.all(
      [...this.#runs.values()].map(async ({ run, rest }) => {
        await run.pause(why).catch(() => {});
        await rest;
      }),
    );
  }

  /** Follows a run until it is at rest; again, when a decision has it go on. */
  follow(run: Run): Run {
    const rest = run.result().then(
      () => {},
      () => {},
    );
    const driven = { run, rest };
    this.#runs.set(run.id, driven);
    void rest.then(() => {
      if (this.#runs.get(run.id) === driven) this.#runs.delete(run.id);
    });
    this.#remember(run.id);
    return run;
  }

  #remember(runId: string): void {
    this.#known.delete(runId);
    this.#known.add(runId);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }
}
