// The requests about batches: each sent once, watched like any other, and told what it came to.
import type { Environment } from "@terrace/core";
import { z } from "zod";
import { type CallLimits, type Cut, startWatchdog, type Watchdog } from "../watchdog.js";
import { type Wire, watchWire } from "../wire-watch.js";
import type { BatchApi, RequestOptions } from "./batch-api.js";

/** What a request came to that brought nothing. */
export interface Miss {
  readonly ok: false;
  readonly error: unknown;
  readonly wire: Wire;
  readonly cut: Cut | undefined;
}

/** What a request came to. */
export type Told<Value> = { readonly ok: true; readonly value: Value } | Miss;

/** A batch, as far as it is read. */
export interface BatchInfo {
  readonly id: string;
  readonly processing_status: string;
  readonly created_at: string;
  readonly results_url?: string | null | undefined;
}

const batchSchema: z.ZodType<BatchInfo> = z.looseObject({
  id: z.string().min(1).max(128),
  processing_status: z.string().max(100),
  created_at: z.string().max(100),
  results_url: z.string().nullish(),
});

/** A line of the results. */
export interface ResultLine {
  readonly custom_id: string;
  readonly result: ItemResult;
}

/** What became of one request of a batch. */
export type ItemResult =
  | { readonly type: "succeeded"; readonly message?: unknown }
  | { readonly type: "errored"; readonly error?: unknown }
  | { readonly type: "canceled" }
  | { readonly type: "expired" };

const lineSchema: z.ZodType<ResultLine> = z.looseObject({
  custom_id: z.string().max(64),
  result: z.discriminatedUnion("type", [
    z.looseObject({ type: z.literal("succeeded"), message: z.unknown() }),
    z.looseObject({ type: z.literal("errored"), error: z.unknown() }),
    z.looseObject({ type: z.literal("canceled") }),
    z.looseObject({ type: z.literal("expired") }),
  ]),
});

/** Who asks for batches. */
export interface BatchCallsOptions {
  readonly api: BatchApi;
  readonly env: Environment;
  readonly limits: CallLimits;
}

/** A page of the list. */
const PAGE = 100;

/** Never reject. */
export class BatchCalls {
  readonly #options: BatchCallsOptions;

  constructor(options: BatchCallsOptions) {
    this.#options = options;
  }

  create(body: Parameters<BatchApi["create"]>[0]): Promise<Told<BatchInfo>> {
    // Whoever leaves now would not know what was created.
    const { signal } = new AbortController();
    return this.#ask(signal, async (options) => toInfo(await this.#options.api.create(body, options)));
  }

  retrieve(id: string, signal: AbortSignal): Promise<Told<BatchInfo>> {
    return this.#ask(signal, async (options) =>
      toInfo(await this.#options.api.retrieve(id, undefined, options)),
    );
  }

  cancel(id: string, signal: AbortSignal): Promise<Told<BatchInfo>> {
    return this.#ask(signal, async (options) =>
      toInfo(await this.#options.api.cancel(id, undefined, options)),
    );
  }

  /** The batches after one, or from the newest on; the newest first. */
  list(afterId: string | undefined, signal: AbortSignal): Promise<Told<readonly BatchInfo[]>> {
    const query = afterId === undefined ? { limit: PAGE } : { limit: PAGE, after_id: afterId };
    return this.#ask(signal, async (options) => {
      const { data } = await this.#options.api.list(query, options);
      return data.map(toInfo);
    });
  }

  /** Reads the results and hands on each line as it comes. */
  results(id: string, signal: AbortSignal, onLine: (line: ResultLine) => void): Promise<Told<undefined>> {
    return this.#ask(signal, async (options) => {
      for await (const line of await this.#options.api.results(id, undefined, options)) {
        onLine(lineSchema.parse(line));
      }
      return undefined;
    });
  }

  async #ask<Value>(
    signal: AbortSignal,
    ask: (options: RequestOptions) => Promise<Value>,
  ): Promise<Told<Value>> {
    const wire: Wire = {};
    const { limits, env } = this.#options;
    const watchdog = startWatchdog(limits, signal, env);
    try {
      return { ok: true, value: await ask(optionsOf(wire, watchdog, limits)) };
    } catch (error) {
      return { ok: false, error, wire, cut: watchdog.cut };
    } finally {
      watchdog.end();
    }
  }
}

function toInfo(batch: unknown): BatchInfo {
  return batchSchema.parse(batch);
}

function optionsOf(wire: Wire, watchdog: Watchdog, limits: CallLimits): RequestOptions {
  return {
    maxRetries: 0,
    // Later than the deadline, so that it is the watchdog that cuts, and says why.
    timeout: Math.min(Math.ceil(limits.deadlineMs) + 60_000, 2 ** 31 - 1),
    signal: watchdog.signal,
    fetchOptions: { redirect: "manual" },
    middleware: [
      // The results come line by line, as no JSON in one piece.
      (request, next) => watchWire(wire, watchdog, request.url.endsWith("/results"), unheard)(request, next),
    ],
  };
}

/** Batches have rate limits of their own, which say nothing about those of single requests. */
function unheard(): void {}
