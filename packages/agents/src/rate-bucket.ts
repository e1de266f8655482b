// One limit of a provider, kept here in step with the provider's own count.

const MINUTE_MS = 60_000;
/** The share of a limit that is kept back, so that a wrong estimate or another process costs no refusal. */
const RESERVE = 0.25;
/** How much faster than on average a full bucket may be drawn from. */
const MOST_HASTE = 0.5;
/** However little is left, some of what is refilled may be used. */
const LEAST_SHARE = 0.05;

/** What may be used in a minute: refilled evenly, never beyond the limit. */
export class RateBucket {
  /** By the minute; `undefined` until the provider has said it. */
  #limit: number | undefined;
  #left = 0;
  #at = 0;

  get isKnown(): boolean {
    return this.#limit !== undefined;
  }

  /**
   * Takes what the provider says over, as far as it can be known here.
   *
   * @param unseen What was sent and may not be counted there yet.
   */
  heard(limit: number, remaining: number, unseen: number, now: number): void {
    const left = this.#limit === undefined ? remaining - unseen : this.#leftAt(now);
    this.#limit = limit;
    this.#left = Math.min(remaining, Math.max(remaining - unseen, left));
    this.#at = now;
  }

  take(amount: number, now: number): void {
    this.#left = this.#leftAt(now) - amount;
    this.#at = now;
  }

  /** Milliseconds until so much is there. */
  waitMs(amount: number, now: number): number {
    if (this.#limit === undefined) return 0;
    const missing = Math.min(amount, this.#limit) - this.#leftAt(now);
    return missing <= 0 ? 0 : (missing * MINUTE_MS) / this.#limit;
  }

  /**
   * Milliseconds to leave between one call of this size and the next: on average as many as the limit says, fewer while
   * there is plenty, more while there is less than is kept back. So no number of callers comes all at once.
   */
  spacingMs(amount: number, now: number): number {
    const limit = this.#limit;
    if (limit === undefined || limit <= 0) return 0;
    const left = this.#leftAt(now);
    const reserve = Math.min(limit, Math.max(RESERVE * limit, 2 * amount));
    const plenty = limit > reserve ? (left - reserve) / (limit - reserve) : 0;
    const pace = left >= reserve ? 1 + MOST_HASTE * plenty : Math.max(LEAST_SHARE, left / reserve);
    return (amount * MINUTE_MS) / limit / pace;
  }

  #leftAt(now: number): number {
    const limit = this.#limit ?? 0;
    return Math.min(limit, this.#left + (Math.max(0, now - this.#at) * limit) / MINUTE_MS);
  }
}
