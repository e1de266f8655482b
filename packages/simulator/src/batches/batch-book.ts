// All batches of a simulator, the newest last.
import { Batch, type PreparedItem } from "./batch.js";
import type { BatchCall, BatchFault, BatchOptions, ReceivedBatch } from "./batch-options.js";

const KEPT = 10_000;

/** A page of batches, the newest first. */
export interface BatchPage {
  readonly batches: readonly Batch[];
  readonly hasMore: boolean;
}

/** Which part of the list is asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly afterId: string | null;
  readonly beforeId: string | null;
}

/** Keeps the newest 10,000 batches. */
export class BatchBook {
  readonly options: BatchOptions;
  readonly #now: () => number;
  readonly #batches = new Map<string, Batch>();
  readonly #calls = new Map<BatchCall, number>();
  #count = 0;

  constructor(options: BatchOptions, now: () => number) {
    this.options = options;
    this.#now = now;
  }

  /** The number of the next batch, counted from 1. */
  next(): number {
    this.#count += 1;
    return this.#count;
  }

  add(n: number, items: readonly PreparedItem[]): Batch {
    const id = `msgbatch_${String(n).padStart(8, "0")}`;
    const batch = new Batch(id, this.#now(), this.options.latency ?? 0, items);
    this.#batches.set(id, batch);
    const [oldest] = this.#batches.keys();
    if (this.#batches.size > KEPT && oldest !== undefined) this.#batches.delete(oldest);
    return batch;
  }

  /** The batch as it stands now. */
  find(id: string): Batch | undefined {
    const batch = this.#batches.get(id);
    batch?.advance(this.#now());
    return batch;
  }

  delete(id: string): void {
    this.#batches.delete(id);
  }

  page({ limit, afterId, beforeId }: PageRequest): BatchPage {
    this.advance();
    const all = [...this.#batches.values()].reverse();
    const after = afterId === null ? -1 : all.findIndex(({ id }) => id === afterId);
    const before = beforeId === null ? -1 : all.findIndex(({ id }) => id === beforeId);
    const from = before === -1 ? after + 1 : Math.max(0, before - limit);
    const to = before === -1 ? from + limit : before;
    const hasMore = before === -1 ? to < all.length : from > 0;
    return { batches: all.slice(from, to), hasMore };
  }

  /** Does what was due by now in all of them. */
  advance(): void {
    for (const batch of this.#batches.values()) batch.advance(this.#now());
  }

  /** What goes wrong with this request, which is counted. */
  faultOf(call: BatchCall): BatchFault | undefined {
    const n = (this.#calls.get(call) ?? 0) + 1;
    this.#calls.set(call, n);
    return this.options.fault?.(call, n);
  }

  cancel(batch: Batch): void {
    batch.cancel(this.#now());
  }

  read(): readonly ReceivedBatch[] {
    this.advance();
    return [...this.#batches.values()].map((batch) => batch.read());
  }
}
