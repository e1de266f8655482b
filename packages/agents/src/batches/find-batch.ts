// The batch of a call whose process died before it could record which one it was.
import type { Environment } from "@terrace/core";
import type { BatchCalls, BatchInfo, Told } from "./batch-calls.js";
import { sleep } from "./sleep.js";
import type { Arrival, WaitingBatch } from "./waiting-batch.js";

/** What finding needs. */
interface FinderOptions {
  readonly calls: BatchCalls;
  readonly batchOf: (id: string) => WaitingBatch;
  readonly env: Pick<Environment, "after" | "now">;
  /** How long after it was sent a batch may come to light, in milliseconds. */
  readonly appearMs: number;
  /** The longest that creating one can take, in milliseconds. */
  readonly createMs: number;
}

/** A call, by its name in the batch and when it was sent. */
interface Sought {
  readonly customId: string;
  readonly sentAt: number;
}

/** The batches that were created since a time, as they were listed at another. */
interface Listing {
  readonly since: number;
  readonly at: number;
  readonly told: Promise<Told<readonly BatchInfo[]>>;
}

/** How far two clocks may be apart. */
const CLOCKS_MS = 60_000;

/** Pages of the list that are looked at. */
const MOST_PAGES = 100;

/** How often the list is asked for before it is given up. */
const MOST_TRIES = 10;

/**
 * Finds results by the name of a call alone.
 *
 * Only the results tell what a batch holds, so a call is waited for in every batch that was created about when it was
 * sent, those that other calls are known to be in too: a process can die when it has recorded the batch of some of them.
 */
export class BatchFinder {
  readonly #options: FinderOptions;
  /** The last that was asked for: what was sent together is sought together. */
  #listing: Listing | undefined;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  /** The result; `missing` when all those batches have ended and none has it. */
  async find({ customId, sentAt }: Sought, signal: AbortSignal): Promise<Arrival> {
    const { env, appearMs, createMs, batchOf } = this.#options;
    await sleep(env, sentAt + appearMs - env.now(), signal);
    if (signal.aborted) return { kind: "left" };
    const told = await unlessAborted(this.#list(sentAt - CLOCKS_MS), signal);
    if (told === undefined) return { kind: "left" };
    if (!told.ok) return { kind: "unreachable", miss: told };
    const last = sentAt + Math.max(createMs, appearMs) + CLOCKS_MS;
    const near = told.value.filter((batch) => isBetween(batch, sentAt - CLOCKS_MS, last));
    // Whoever is found in one stops waiting in the others.
    const others = new AbortController();
    const stop = (): void => others.abort("left");
    signal.addEventListener("abort", stop, { once: true });
    const found = await firstOf(near.map(({ id }) => batchOf(id).wait(customId, others.signal, false)));
    signal.removeEventListener("abort", stop);
    stop();
    return found;
  }

  #list(since: number): Listing["told"] {
    const { env, appearMs } = this.#options;
    const known = this.#listing;
    const isGood = known !== undefined && known.since <= since && known.at >= since + CLOCKS_MS + appearMs;
    if (isGood) return known.told;
    const told = this.#ask(since);
    this.#listing = { since, at: env.now(), told };
    void told.then(({ ok }) => {
      if (!ok) this.#listing = undefined;
    });
    return told;
  }

  async #ask(since: number): Promise<Told<readonly BatchInfo[]>> {
    const { calls, env } = this.#options;
    const { signal } = new AbortController();
    const found: BatchInfo[] = [];
    let afterId: string | undefined;
    for (let page = 0, tries = 1; page < MOST_PAGES; ) {
      const told = await calls.list(afterId, signal);
      if (!told.ok && tries === MOST_TRIES) return told;
      if (told.ok) {
        found.push(...told.value);
        page += 1;
        afterId = told.value.at(-1)?.id;
        const oldest = Date.parse(told.value.at(-1)?.created_at ?? "");
        if (!(oldest >= since)) break;
      } else {
        await sleep(env, 1_000 * 2 ** Math.min(tries, 5), signal);
        tries += 1;
      }
    }
    return { ok: true, value: found };
  }
}

function isBetween({ created_at: created }: BatchInfo, from: number, to: number): boolean {
  const at = Date.parse(created);
  return at >= from && at <= to;
}

/** The first result; without one, whatever keeps it from being known that there is none. */
async function firstOf(arrivals: readonly Promise<Arrival>[]): Promise<Arrival> {
  const results = arrivals.map(async (arrival) => {
    const come = await arrival;
    if (come.kind !== "result") throw come;
    return come;
  });
  try {
    return await Promise.any(results);
  } catch {
    const all = await Promise.all(arrivals);
    return all.find(({ kind }) => kind !== "missing") ?? { kind: "missing" };
  }
}

/** What is told; `undefined` when the signal is aborted before. */
function unlessAborted<Value>(told: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const end = (value?: Value): void => {
      signal.removeEventListener("abort", leave);
      resolve(value);
    };
    const leave = (): void => end();
    signal.addEventListener("abort", leave, { once: true });
    void told.then(end);
  });
}
