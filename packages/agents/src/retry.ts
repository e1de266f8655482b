// How long to wait before the same request is sent again: what the provider asks for, or else a growing random time.

/** What the wait depends on. */
export interface WaitOptions {
  /** How often the request was sent before; 0 the first time. */
  readonly retry: number;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Milliseconds since 1970; used only where the answer has no date of its own. */
  readonly now: () => number;
  /** The longest time worth waiting for, in milliseconds. */
  readonly maxWaitMs: number;
}

/** A wait. */
export interface Wait {
  readonly ms: number;
  /** Whether the provider asks for more than is worth waiting for: then nothing should be sent, and nobody sleep. */
  readonly isTooLong: boolean;
}

/** The first window without word from the provider, in milliseconds; it doubles with each retry. */
const BASE_MS = 1_000;
const CAP_MS = 30_000;
/** About 24.8 days: what a timer can hold. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * How long to wait before the next try.
 *
 * `retry-after-ms` wins over `retry-after`, which may be seconds or a date; a date counts from the answer's own `date`
 * header, so that a wrong clock here does no harm. To the time asked for, up to a tenth (at least a quarter of a
 * second) is added at random, so that many callers do not come back at once. Without a usable header it is a random
 * time up to `min(30 s, 1 s · 2^retry)`.
 */
export function waitBeforeRetry(headers: Headers | undefined, options: WaitOptions): Wait {
  const { retry, random, maxWaitMs } = options;
  const asked = askedFor(headers, options.now);
  if (asked === undefined) {
    return {
      ms: Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, retry))),
      isTooLong: false,
    };
  }
  if (asked > maxWaitMs) return { ms: Math.min(asked, LONGEST_MS), isTooLong: true };
  return { ms: Math.round(asked + random() * Math.max(250, asked / 10)), isTooLong: false };
}

/** Milliseconds the provider asks for; `undefined` when it does not say, or says nothing that can be meant. */
function askedFor(headers: Headers | undefined, now: () => number): number | undefined {
  const ms = toNumber(headers?.get("retry-after-ms"));
  if (ms !== undefined) return ms;
  const header = headers?.get("retry-after")?.trim();
  const seconds = toNumber(header);
  if (seconds !== undefined) return seconds * 1_000;
  // Only a date with letters in it: `-5` would be read as one, too.
  const until = header !== undefined && /^[A-Za-z]{3}/.test(header) ? Date.parse(header) : Number.NaN;
  const from = Date.parse(headers?.get("date") ?? "");
  const left = until - (Number.isNaN(from) ? now() : from);
  return left > 0 ? left : undefined;
}

function toNumber(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(header)) return undefined;
  const value = Number(header);
  return value > 0 ? value : undefined;
}
