// One call goes ahead and leaves its prefix in the prompt cache; those that share the prefix follow and read it there.
//
// @see Anthropic's prompt-caching page, read 2026-11-21: an entry can be read once the first answer begins, and its life
// counts from the start of the request that used it last.
import { createHash } from "node:crypto";
import type { Environment } from "@terrace/core";

const TTL_MS = 5 * 60_000;
/** Beyond it a call goes anyhow: a second write costs a quarter of a prompt, and a wait costs a slot. */
const MOST_WAIT_MS = 30_000;
const MOST_PREFIXES = 1_000;

/** The turn of one call. */
export interface Turn {
  /** The answer has begun: whoever shares the prefix can read it now. */
  began(): void;
  /** The call is over, whatever became of it. To be called once. */
  end(): void;
}

/** The turn of a call that shares nothing. */
export const FREE_TURN: Turn = { began() {}, end() {} };

interface Prefix {
  /** In milliseconds since 1970. */
  warmUntil: number;
  /** Whether a call is under way that will warm it. */
  isLed: boolean;
  readonly waiting: Set<() => void>;
}

/** Lets calls with the same cold prefix go one ahead of the others. Waits hold no lock: whoever leads is under way. */
export class WarmFirst {
  readonly #prefixes = new Map<string, Prefix>();
  readonly #env: Pick<Environment, "now" | "monotonic" | "after">;

  constructor(env: Pick<Environment, "now" | "monotonic" | "after">) {
    this.#env = env;
  }

  /** Waits until a call with this prefix may go: when it is warm, nobody leads, or the wait was long enough. */
  async turn(prefix: string, signal: AbortSignal): Promise<Turn> {
    const shared = this.#prefix(createHash("sha256").update(prefix).digest("base64"));
    const until = this.#env.monotonic() + MOST_WAIT_MS;
    while (!this.#isWarm(shared) && shared.isLed && !signal.aborted) {
      const leftMs = until - this.#env.monotonic();
      if (leftMs <= 0) break;
      await this.#news(shared, leftMs, signal);
    }
    return this.#go(shared);
  }

  #isWarm({ warmUntil }: Prefix): boolean {
    return this.#env.now() < warmUntil;
  }

  #go(shared: Prefix): Turn {
    const startedAt = this.#env.now();
    let leads = !this.#isWarm(shared) && !shared.isLed;
    if (leads) shared.isLed = true;
    const end = (): void => {
      if (!leads) return;
      leads = false;
      shared.isLed = false;
      for (const wake of [...shared.waiting]) wake();
    };
    return {
      began() {
        shared.warmUntil = Math.max(shared.warmUntil, startedAt + TTL_MS);
        end();
      },
      end,
    };
  }

  /** Settles when whoever leads is done with leading, or the time is up. */
  #news({ waiting }: Prefix, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        stop();
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const stop = this.#env.after(ms, wake);
      waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  #prefix(hash: string): Prefix {
    const known = this.#prefixes.get(hash) ?? { warmUntil: 0, isLed: false, waiting: new Set() };
    // The one used last is the last in the map, so that the first is the one to forget.
    this.#prefixes.delete(hash);
    this.#prefixes.set(hash, known);
    const [oldest] = this.#prefixes.keys();
    if (this.#prefixes.size > MOST_PREFIXES && oldest !== undefined) this.#prefixes.delete(oldest);
    return known;
  }
}
