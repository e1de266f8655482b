// How fast one model of one provider is asked, by everybody in this process: never faster than its limits allow.
//
// @see Anthropic's rate-limits page, read 2026-11-21: buckets refill continuously and short bursts are refused; what is
// read from the prompt cache does not count as input.
import type { Fault, Usage } from "@terrace/core";
import { RateBucket } from "./rate-bucket.js";

/** Calls at once before anything is known of the limits; with each answer one more, which doubles them each round. */
const FIRST_WINDOW = 4;
/** More at once than this is as good as without a bound. */
const MOST_WINDOW = 1_000;
/** How long until somebody asks again who waits for others to be answered. */
const POLL_MS = 50;
/** Starts that come late may be made up for by so much. */
const SLACK_MS = 100;
/** A start that was granted and not used after so long never will be. */
const GRANT_MS = 10_000;
/** However little is left: who waits so long asks again. */
const MOST_SPACING_MS = 60_000;
const LEAST_THROTTLE = 1 / 16;
const THROTTLE_STEP = 0.05;
/** How much the newest call counts for in an average. */
const NEWEST = 0.2;

const KINDS = ["requests", "input-tokens", "output-tokens"] as const;
type Kind = (typeof KINDS)[number];

/** A call under way, for the governor to learn from. */
export interface GovernedCall {
  /** The headers of the answer are in. */
  heard(headers: Headers, now: number): void;
  /** The call is over: with what it used, or with the fault it came to. To be called once. */
  end(came: { readonly usage: Usage | null; readonly fault?: Fault }, now: number): void;
}

/** The pace of one model of one provider. All times are milliseconds of one monotonic clock. */
export class RateGovernor {
  readonly #buckets: Readonly<Record<Kind, RateBucket>> = {
    requests: new RateBucket(),
    "input-tokens": new RateBucket(),
    "output-tokens": new RateBucket(),
  };
  /** What a call takes of each limit, on average of late. */
  readonly #usual: Record<Kind, number> = { requests: 1, "input-tokens": 0, "output-tokens": 0 };
  /** When starts were granted that nobody has used yet. */
  #granted: number[] = [];
  #inFlight = 0;
  #window = FIRST_WINDOW;
  #throttle = 1;
  /** When the next start is due, if nothing else stands against it. */
  #dueAt = 0;
  #blockedUntil = 0;
  #slowedAt = Number.NEGATIVE_INFINITY;

  /** How long to wait before one more call; 0 lets it start, and counts it. */
  pace(now: number): number {
    this.#granted = this.#granted.filter((at) => now - at < GRANT_MS);
    const waitMs = this.#waitMs(now);
    if (waitMs > 0) return Math.ceil(waitMs);
    this.#granted.push(now);
    this.#count(now);
    return 0;
  }

  /** A call leaves: one that was granted, or one that nobody asked for. */
  begin(now: number): GovernedCall {
    if (this.#granted.shift() === undefined) this.#count(now);
    this.#inFlight += 1;
    return {
      heard: (headers, at) => this.#hear(headers, at),
      end: ({ usage, fault }, at) => {
        this.#inFlight -= 1;
        if (usage !== null && fault === undefined) this.#average(usage);
        if (fault === undefined) this.#speedUp();
        else if (fault.pause === "rate_limit" || fault.code === "OVERLOADED") this.#slowDown(fault, now, at);
      },
    };
  }

  #waitMs(now: number): number {
    if (now < this.#blockedUntil) return this.#blockedUntil - now;
    if (this.#underWay >= this.#window) return POLL_MS;
    const waits = KINDS.map((kind) => this.#buckets[kind].waitMs(this.#usual[kind], now));
    return Math.max(this.#dueAt - now, ...waits);
  }

  get #underWay(): number {
    return this.#granted.length + this.#inFlight;
  }

  #count(now: number): void {
    const spacings = KINDS.map((kind) => this.#buckets[kind].spacingMs(this.#usual[kind], now));
    const spacingMs = Math.min(MOST_SPACING_MS, Math.max(...spacings) / this.#throttle);
    this.#dueAt = Math.max(this.#dueAt, now - SLACK_MS) + spacingMs;
    for (const kind of KINDS) this.#buckets[kind].take(this.#usual[kind], now);
  }

  #hear(headers: Headers, now: number): void {
    const others = Math.max(0, this.#underWay - 1);
    for (const kind of KINDS) {
      const limit = toNumber(headers.get(`anthropic-ratelimit-${kind}-limit`));
      const remaining = toNumber(headers.get(`anthropic-ratelimit-${kind}-remaining`));
      if (limit === undefined || remaining === undefined) continue;
      const isNews = !this.#buckets[kind].isKnown;
      this.#buckets[kind].heard(limit, remaining, others * this.#usual[kind], now);
      // From here on the limit bounds the pace, and not what is under way.
      if (isNews && this.#slowedAt === Number.NEGATIVE_INFINITY) this.#window = Number.POSITIVE_INFINITY;
    }
  }

  #average({ inputTokens, cacheWrite5mTokens, cacheWrite1hTokens, outputTokens }: Usage): void {
    const used = {
      "input-tokens": inputTokens + cacheWrite5mTokens + cacheWrite1hTokens,
      "output-tokens": outputTokens,
    };
    for (const kind of ["input-tokens", "output-tokens"] as const) {
      const usual = this.#usual[kind];
      this.#usual[kind] = usual === 0 ? used[kind] : usual + NEWEST * (used[kind] - usual);
    }
  }

  #speedUp(): void {
    this.#throttle = Math.min(1, this.#throttle + THROTTLE_STEP);
    this.#window = this.#window >= MOST_WINDOW ? Number.POSITIVE_INFINITY : this.#window + 1;
  }

  /** Calls that were sent before the pace was slowed say nothing about the slower pace. */
  #slowDown({ scope, retryAfterMs }: Fault, sentAt: number, now: number): void {
    if (scope === "tier") this.#blockedUntil = Math.max(this.#blockedUntil, now + retryAfterMs);
    if (sentAt <= this.#slowedAt) return;
    this.#slowedAt = now;
    this.#window = Math.max(1, Math.floor((this.#underWay + 1) / 2));
    this.#throttle = Math.max(LEAST_THROTTLE, this.#throttle / 2);
  }
}

function toNumber(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}
