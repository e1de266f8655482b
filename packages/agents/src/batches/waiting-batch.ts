// One batch at the provider, and those who wait for its results.
import type { Environment } from "@terrace/core";
import type { BatchCalls, ItemResult, Miss } from "./batch-calls.js";
import type { BatchSettings } from "./batch-settings.js";

/** What came of waiting. */
export type Arrival =
  | { readonly kind: "result"; readonly result: ItemResult; readonly batchId: string }
  /** The batch is over, or gone, and holds nothing of that name. */
  | { readonly kind: "missing" }
  /** Whoever waited was told to stop; the batch goes on. */
  | { readonly kind: "left" }
  /** The provider cannot be asked; the batch may go on. */
  | { readonly kind: "unreachable"; readonly miss: Miss };

interface Waiter {
  readonly settle: (arrival: Arrival) => void;
  readonly signal: AbortSignal;
  /** Whether the batch is known to be its own, which it may have cancelled. */
  readonly isOwn: boolean;
}

/** What waiting needs. */
export interface WaitingOptions {
  readonly id: string;
  readonly calls: BatchCalls;
  readonly env: Pick<Environment, "after">;
  readonly settings: Required<Pick<BatchSettings, "pollMs" | "maxPollMs">>;
  /** Whether the batch may have ended already, so that it is looked at without waiting. */
  readonly isOld: boolean;
  /** Called when nobody waits for it any more. */
  readonly onIdle: () => void;
}

/** Requests in a row that may fail before it is given up. With the longest wait between them they take hours. */
const MOST_MISSES = 50;

/** How much longer each wait is than the one before. */
const GROWTH = 1.5;

/** Asks with growing patience whether a batch has ended, then hands each result to whoever waits for it. */
export class WaitingBatch {
  readonly #options: WaitingOptions;
  readonly #waiters = new Map<string, Waiter>();
  /** Aborted when nobody waits any more. */
  #abandoned = new AbortController();
  #isAsking = false;
  #isCancelled = false;
  #misses = 0;
  #delayMs: number;
  #wake = (): void => {};

  constructor(options: WaitingOptions) {
    this.#options = options;
    this.#delayMs = options.isOld ? 0 : options.settings.pollMs;
  }

  /** Waits for the result of one request. Told to stop, it leaves; told that the run is cancelled, it stays for what is paid. */
  wait(customId: string, signal: AbortSignal, isOwn = true): Promise<Arrival> {
    return new Promise((resolve) => {
      const stop = (): void => this.#stop(customId);
      const settle = (arrival: Arrival): void => {
        signal.removeEventListener("abort", stop);
        this.#waiters.delete(customId);
        resolve(arrival);
      };
      if (this.#abandoned.signal.aborted) this.#abandoned = new AbortController();
      this.#waiters.set(customId, { settle, signal, isOwn });
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
      if (!this.#isAsking && this.#waiters.size > 0) {
        this.#isAsking = true;
        void this.#ask();
      }
    });
  }

  #stop(customId: string): void {
    const waiter = this.#waiters.get(customId);
    if (waiter === undefined) return;
    if (!isCancelled(waiter)) waiter.settle({ kind: "left" });
    if (this.#waiters.size === 0) this.#abandoned.abort();
    if (this.#waiters.size === 0 || this.#isUnwanted()) this.#wake();
  }

  /** Whether everybody who still waits has no use for it, and it is theirs to cancel. */
  #isUnwanted(): boolean {
    return this.#waiters.size > 0 && [...this.#waiters.values()].every(isCancelled);
  }

  async #ask(): Promise<void> {
    const { settings, onIdle } = this.#options;
    while (this.#waiters.size > 0) {
      if (this.#delayMs > 0 && !(this.#isUnwanted() && !this.#isCancelled)) await this.#sleep();
      this.#delayMs = Math.min(settings.maxPollMs, Math.max(settings.pollMs, this.#delayMs * GROWTH));
      if (this.#waiters.size > 0) await this.#look();
    }
    onIdle();
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const stopTimer = this.#options.env.after(this.#delayMs, resolve);
      this.#wake = () => {
        stopTimer();
        resolve();
      };
    });
  }

  async #look(): Promise<void> {
    const { id, calls, settings } = this.#options;
    const { signal } = this.#abandoned;
    if (this.#isUnwanted() && !this.#isCancelled) {
      const cancelled = await calls.cancel(id, signal);
      if (!cancelled.ok) return this.#miss(cancelled);
      this.#isCancelled = true;
      this.#delayMs = settings.pollMs;
    }
    const told = await calls.retrieve(id, signal);
    if (!told.ok) return this.#miss(told);
    const { processing_status: status, results_url: url } = told.value;
    if (status !== "ended") {
      this.#misses = 0;
      return;
    }
    if (url === null || url === undefined) this.#settleAll({ kind: "missing" });
    else await this.#read();
  }

  async #read(): Promise<void> {
    const { id, calls } = this.#options;
    const read = await calls.results(id, this.#abandoned.signal, ({ custom_id: name, result }) => {
      const waiter = this.#waiters.get(name);
      if (waiter === undefined) return;
      this.#misses = 0;
      waiter.settle({ kind: "result", result, batchId: id });
    });
    if (read.ok) this.#settleAll({ kind: "missing" });
    else this.#miss(read);
  }

  #miss(miss: Miss): void {
    this.#misses += 1;
    const { status } = miss.wire;
    if (status === 404) this.#settleAll({ kind: "missing" });
    else if (this.#misses >= MOST_MISSES || isLasting(status)) this.#settleAll({ kind: "unreachable", miss });
  }

  #settleAll(arrival: Arrival): void {
    for (const { settle } of [...this.#waiters.values()]) settle(arrival);
  }
}

/** A key that is not accepted or an account that cannot pay: waiting alone does not help. */
function isLasting(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 404;
}

function isCancelled({ signal, isOwn }: Waiter): boolean {
  return isOwn && signal.aborted && signal.reason === "cancelled";
}
