// Appends that arrive together are made durable together: one wait for the disk, each append on its own terms.

import type { AppendRequest, Outcomes } from "./append.js";

/** An append that waits for the disk. */
interface Waiting {
  readonly request: AppendRequest;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How many events one transaction takes at most, unless a single append has more. */
const MOST_EVENTS = 5_000;

/**
 * A line of appends.
 *
 * While one transaction is under way, what arrives waits and shares the next. When a transaction fails as a whole,
 * its appends are tried again one by one, so that only those that cannot be written fail.
 */
export class GroupCommit {
  readonly #write: (requests: readonly AppendRequest[]) => Promise<Outcomes>;
  readonly #isForAll: (error: unknown) => boolean;
  #waiting: Waiting[] = [];
  #working = false;

  /**
   * @param write Writes in one transaction.
   * @param isForAll Tells of an error that each append alone would meet it too. Default: of none.
   */
  constructor(
    write: (requests: readonly AppendRequest[]) => Promise<Outcomes>,
    isForAll: (error: unknown) => boolean = () => false,
  ) {
    this.#write = write;
    this.#isForAll = isForAll;
  }

  append(request: AppendRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (this.#working) return;
      this.#working = true;
      // After everything that is ready to run now, so that what it appends comes along.
      setImmediate(() => void this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#commit(this.#take());
      // The driver blocks while it writes: let those run who became ready meanwhile.
      if (this.#waiting.length > 0) await new Promise(setImmediate);
    }
    this.#working = false;
  }

  /** From the front of the line: at least one append, and as many as one transaction takes. */
  #take(): readonly Waiting[] {
    let events = 0;
    const over = this.#waiting.findIndex(({ request }, index) => {
      events += request.events.length;
      return index > 0 && events > MOST_EVENTS;
    });
    return this.#waiting.splice(0, over === -1 ? this.#waiting.length : over);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      settle(group, await this.#write(group.map(({ request }) => request)));
    } catch (error) {
      const isForAll = group.length === 1 || this.#isForAll(error);
      if (isForAll)
        settle(
          group,
          group.map(() => error),
        );
      else await this.#oneByOne(group);
    }
  }

  async #oneByOne(group: readonly Waiting[]): Promise<void> {
    const failed = new Map<string, unknown>();
    for (const one of group) {
      const { runId } = one.request.lease;
      // What follows a failed append of the same run fails for the same reason, and not for the gap it left.
      if (failed.has(runId)) settle([one], [failed.get(runId)]);
      else {
        try {
          settle([one], await this.#write([one.request]));
        } catch (error) {
          failed.set(runId, error);
          settle([one], [error]);
        }
      }
    }
  }
}

function settle(group: readonly Waiting[], outcomes: Outcomes): void {
  group.forEach(({ resolve, reject }, index) => {
    const error = outcomes[index];
    if (error === undefined) resolve();
    else reject(error);
  });
}
