import type { Answer, Fault } from "@terrace/core";
import { fault } from "@terrace/core/testing";
import type { Faults } from "./faults.js";
import { fractionOf, type Random } from "./random.js";
import type { Host, Scheduler } from "./scheduler.js";

/** One request, as the provider's own books have it. */
export interface Request {
  readonly requestId: string;
  readonly callId: string;
  readonly key: string;
  readonly runId: string;
  readonly process: string;
  readonly tier: string;
  /** Integer micro-dollars; 0 until it is answered, `null` for a model without a known price. */
  billed: number | null;
  /** The most it could have cost. */
  readonly reserved: number | null;
}

/** What a request comes to for whoever sent it. */
export type Reply =
  | { readonly request: Request; readonly answer: Answer<unknown> }
  | { readonly request: Request; readonly failure: Fault };

/** One request that leaves. */
export interface Leaving {
  readonly host: Host;
  readonly runId: string;
  readonly callId: string;
  readonly key: string;
  readonly tier: string;
  readonly answer: Answer<unknown>;
  readonly signal: AbortSignal;
  /** Whether the signal is heeded. */
  readonly heeds: boolean;
}

/** What the provider needs. */
export interface ProviderOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly random: Random;
  /** The share of executions whose answers come long after others. */
  readonly slowness: number;
  /** A tier whose model has no known price. */
  readonly unpriced: string | undefined;
  /** Hears of each request as it arrives. */
  readonly onRequest: (request: Request, leaving: Leaving) => void;
}

/** The model provider: answers, fails, forgets to answer; and keeps books of its own. */
export class Provider {
  readonly requests: Request[] = [];
  readonly #options: ProviderOptions;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** The price of a request and the most it could be, which both sides know from the key. */
  priceOf(key: string, tier: string): { cost: number | null; reserved: number | null } {
    const { seed, unpriced } = this.#options;
    if (tier === unpriced) return { cost: null, reserved: null };
    const cost = 1 + Math.floor(fractionOf(seed + 3, key) * 1_000);
    return { cost, reserved: cost + 1_000 };
  }

  /** Takes a request in. What becomes of it is for the scheduler to choose. */
  send(leaving: Leaving): Promise<Reply> {
    const { host, callId, key, tier, runId, signal, heeds } = leaving;
    if (!host.alive) return new Promise(() => {});
    const { scheduler, random, onRequest } = this.#options;
    const requestId = `req_${this.requests.length}`;
    const { reserved } = this.priceOf(key, tier);
    const request: Request = {
      ...{ requestId, callId, key, runId, process: host.name, tier, reserved },
      billed: 0,
    };
    this.requests.push(request);
    onRequest(request, leaving);
    return new Promise((resolve) => {
      let forget = (): void => {};
      const settle = (reply: Reply): void => {
        forget();
        signal.removeEventListener("abort", stop);
        resolve(reply);
      };
      const stop = (): void => settle({ request, failure: transport("CANCELLED") });
      const complete = (): void => {
        const reply = this.#answer(request, leaving);
        if (reply !== undefined) settle(reply);
        else forget = scheduler.after(host, 5_000, () => settle({ request, failure: transport("TIMEOUT") }));
      };
      forget = this.#isSlow(key)
        ? scheduler.after(host, random.between(10, 3_000), complete)
        : scheduler.later(host, `answer to ${key}`, complete);
      if (heeds) signal.addEventListener("abort", stop, { once: true });
    });
  }

  #isSlow(key: string): boolean {
    const { seed, faults, slowness } = this.#options;
    // What others wait for is quick, so that what is slow may be awaited no more when it comes.
    const mayBeSlow = faults.on && key.startsWith("execute") && !key.startsWith("execute t0 ");
    return (mayBeSlow && fractionOf(seed + 5, key) < slowness) || faults.strikes("answer.slow");
  }

  /** What becomes of a request; `undefined` when the answer gets lost. */
  #answer(request: Request, { key, tier, answer, signal }: Leaving): Reply | undefined {
    const { faults, random } = this.#options;
    if (faults.strikes("answer.fails")) {
      return { request, failure: transport("OVERLOADED", { retryAfterMs: random.pick([0, 7, 400, 400]) }) };
    }
    if (faults.strikes("answer.limited")) {
      const patience = {
        scope: "tier",
        retryAfterMs: random.pick([0, 20, 900]),
        pause: "rate_limit",
      } as const;
      return { request, failure: transport("RATE_LIMITED", patience) };
    }
    if (faults.strikes("answer.denied")) {
      const end = { scope: "run", retryable: false, pause: "billing" } as const;
      return { request, failure: transport("BILLING", end) };
    }
    if (answer.outcome === "transport") return { request, failure: answer.fault };
    request.billed = this.priceOf(key, tier).cost;
    if (faults.strikes("answer.dropped")) return undefined;
    if (signal.aborted) faults.count("answer.after_stop");
    return { request, answer };
  }
}

/** A fault of the way, as the client tells it. */
export function transport(code: string, given: Partial<Fault> = {}): Fault {
  return fault("transport", { code, ...given }).fault;
}
