// Rate limits: token buckets per model, their headers, and the 429 when one is empty.
//
// @see Anthropic's rate-limits page, read 2026-11-21: buckets refill continuously; cache reads do not count as input.
import { type ApiError, apiError } from "./errors.js";

/** What one model may use per minute; what is left out is unlimited. */
export interface RateLimit {
  readonly requestsPerMinute?: number;
  /** Input tokens, cache writes included, cache reads not. */
  readonly inputTokensPerMinute?: number;
  /** Output tokens, taken when an answer begins; a model in debt refuses until it has refilled. */
  readonly outputTokensPerMinute?: number;
}

/** Limits for every model, each model with buckets of its own. */
export interface RateLimits extends RateLimit {
  /** Instead of the general limits, for the models named here by id. */
  readonly byModel?: Readonly<Record<string, RateLimit>>;
  /** Most requests under way at once, all models together; one more is a 429 with `retry-after: 1`. */
  readonly concurrent?: number;
}

/** Shown in the headers where no limit is set. */
const UNLIMITED = 1_000_000_000;

interface Buckets {
  readonly requests: Bucket;
  readonly input: Bucket;
  readonly output: Bucket;
}

/** Keeps the buckets of every model. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #now: () => number;
  readonly #byModel: Map<string, Buckets> = new Map();

  constructor(limits: RateLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Takes one request and its input tokens, or says why not; `inFlight` counts this request too. */
  admit(model: string, inputTokens: number, inFlight: number): ApiError | undefined {
    const { concurrent } = this.#limits;
    if (concurrent !== undefined && inFlight > concurrent) {
      return limited("Number of concurrent requests has exceeded your rate limit.", 1_000);
    }
    const { requests, input, output } = this.#buckets(model);
    const now = this.#now();
    const waits = [
      ["requests", requests.waitMs(1, now)],
      ["input tokens", input.waitMs(inputTokens, now)],
      ["output tokens", output.waitMs(1, now)],
    ] as const;
    const [name, waitMs] = waits.reduce((worst, wait) => (wait[1] > worst[1] ? wait : worst));
    if (waitMs > 0)
      return limited(`This request would exceed your rate limit of ${name} per minute for ${model}.`, waitMs);
    requests.take(1, now);
    input.take(inputTokens, now);
    return undefined;
  }

  /** Takes the output tokens of an answer that begins. */
  spendOutput(model: string, tokens: number): void {
    this.#buckets(model).output.take(tokens, this.#now());
  }

  /** The `anthropic-ratelimit-*` headers of an answer by this model. */
  headers(model: string): Record<string, string> {
    const now = this.#now();
    const { requests, input, output } = this.#buckets(model);
    const tighter = input.left(now) / input.limit <= output.left(now) / output.limit ? input : output;
    const kinds = { requests, tokens: tighter, "input-tokens": input, "output-tokens": output };
    const lines = Object.entries(kinds).flatMap(([kind, bucket]) => [
      [`anthropic-ratelimit-${kind}-limit`, String(bucket.limit)],
      [`anthropic-ratelimit-${kind}-remaining`, String(Math.max(0, Math.floor(bucket.left(now))))],
      [
        `anthropic-ratelimit-${kind}-reset`,
        new Date(bucket.fullAt(now)).toISOString().replace(/\.\d+Z$/, "Z"),
      ],
    ]);
    return Object.fromEntries(lines);
  }

  #buckets(model: string): Buckets {
    const known = this.#byModel.get(model);
    if (known !== undefined) return known;
    const limit = this.#limits.byModel?.[model] ?? this.#limits;
    const bucket = (perMinute: number | undefined): Bucket => new Bucket(perMinute ?? UNLIMITED, this.#now());
    const made = {
      requests: bucket(limit.requestsPerMinute),
      input: bucket(limit.inputTokensPerMinute),
      output: bucket(limit.outputTokensPerMinute),
    };
    this.#byModel.set(model, made);
    return made;
  }
}

function limited(message: string, waitMs: number): ApiError {
  return { ...apiError(429, message), headers: { "retry-after": String(Math.ceil(waitMs / 1_000)) } };
}

/** Full at the start, refilled evenly over each minute. */
class Bucket {
  readonly limit: number;
  #left: number;
  #at: number;

  constructor(limit: number, now: number) {
    this.limit = limit;
    this.#left = limit;
    this.#at = now;
  }

  left(now: number): number {
    // A clock that steps back refills nothing.
    const passed = Math.max(0, now - this.#at);
    this.#left = Math.min(this.limit, this.#left + (passed * this.limit) / 60_000);
    this.#at = Math.max(this.#at, now);
    return this.#left;
  }

  take(amount: number, now: number): void {
    this.#left = this.left(now) - amount;
  }

  /** Milliseconds until `amount` is there; more than the whole bucket holds is asked to wait for a full one. */
  waitMs(amount: number, now: number): number {
    const left = this.left(now);
    if (amount <= left) return 0;
    if (amount > this.limit) return Math.max(1_000, this.fullAt(now) - now);
    return ((amount - left) * 60_000) / this.limit;
  }

  fullAt(now: number): number {
    const missing = this.limit - this.left(now);
    return this.limit === 0 ? now + 60_000 : now + Math.ceil((missing * 60_000) / this.limit);
  }
}
