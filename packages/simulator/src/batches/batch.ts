// One batch: its requests, when each of them is done, and how it comes to its end.
import type { ItemStatus, ReceivedBatch } from "./batch-options.js";

const EXPIRES_MS = 24 * 60 * 60_000;

/** A line of the results, without its `custom_id`; field names as on the wire. */
export type ItemResult =
  | { readonly type: "succeeded"; readonly message: unknown }
  | { readonly type: "errored"; readonly error: unknown }
  | { readonly type: "canceled" }
  | { readonly type: "expired" };

/** A request that was looked at, and how it comes out once it is done. */
export interface PreparedItem {
  readonly customId: string;
  readonly hash: string;
  /** Called once, when it is done. */
  readonly finish: () => ItemResult;
}

interface Item extends PreparedItem {
  readonly dueAt: number;
  result: ItemResult | undefined;
}

/** Requests that wait together. Nothing happens in it but when somebody looks: all that was due by then has happened. */
export class Batch {
  readonly id: string;
  readonly createdAt: number;
  readonly #items: readonly Item[];
  #canceledAt: number | undefined;
  #endedAt: number | undefined;

  constructor(id: string, createdAt: number, latencyMs: number, items: readonly PreparedItem[]) {
    this.id = id;
    this.createdAt = createdAt;
    this.#items = items.map((item, index) => {
      const dueAt = createdAt + (latencyMs * (index + 1)) / items.length;
      return { ...item, dueAt, result: undefined };
    });
  }

  get isEnded(): boolean {
    return this.#endedAt !== undefined;
  }

  /** Does what was due by now. */
  advance(now: number): void {
    if (this.isEnded) return;
    const expiresAt = this.createdAt + EXPIRES_MS;
    for (const item of this.#items) {
      if (item.result !== undefined) continue;
      if (item.dueAt <= Math.min(now, expiresAt)) item.result = item.finish();
      else if (this.#canceledAt !== undefined) item.result = { type: "canceled" };
      else if (now >= expiresAt) item.result = { type: "expired" };
    }
    if (this.#items.every(({ result }) => result !== undefined)) this.#endedAt = now;
  }

  /** What is not done by now will not be; it has ended when it is looked at next. */
  cancel(now: number): void {
    this.advance(now);
    if (!this.isEnded) this.#canceledAt ??= now;
  }

  /** As the API shows it; field names as on the wire. */
  toWire(url: string): Readonly<Record<string, unknown>> & { readonly id: string } {
    const time = (at: number | undefined): string | null =>
      at === undefined ? null : new Date(at).toISOString();
    const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
    // The API counts nothing before the end.
    for (const { result } of this.#items)
      counts[this.isEnded ? (result?.type ?? "processing") : "processing"] += 1;
    return {
      id: this.id,
      type: "message_batch",
      processing_status: this.#status,
      request_counts: counts,
      created_at: time(this.createdAt),
      expires_at: time(this.createdAt + EXPIRES_MS),
      ended_at: time(this.#endedAt),
      archived_at: null,
      cancel_initiated_at: time(this.#canceledAt),
      results_url: this.isEnded ? `${url}/v1/messages/batches/${this.id}/results` : null,
    };
  }

  /** The results, a line each, in an order that is not the one in which the requests came. */
  *lines(): Generator<string> {
    const half = this.#items.length >> 1;
    for (const { customId, result } of [...this.#items.slice(half), ...this.#items.slice(0, half)])
      yield `${JSON.stringify({ custom_id: customId, result })}\n`;
  }

  read(): ReceivedBatch {
    const items = this.#items.map(({ customId, hash, result }) => {
      const status: ItemStatus = result?.type ?? "processing";
      return { customId, hash, status };
    });
    return { id: this.id, createdAt: this.createdAt, status: this.#status, items };
  }

  get #status(): ReceivedBatch["status"] {
    if (this.isEnded) return "ended";
    return this.#canceledAt === undefined ? "in_progress" : "canceling";
  }
}
