// How many requests are under way at once, and the most there ever were.

/** Counts requests from their headers' arrival until their answer has ended or their socket is gone. */
export class InFlight {
  #now = 0;
  #most = 0;
  readonly #nowByModel: Map<string, number> = new Map();
  readonly #mostByModel: Map<string, number> = new Map();

  /** Requests under way now. */
  get now(): number {
    return this.#now;
  }

  /** The most requests that were under way at once. */
  get most(): number {
    return this.#most;
  }

  /** The same by model id; a request counts for its model from when its body has been read. */
  get mostByModel(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#mostByModel);
  }

  enter(): void {
    this.#now += 1;
    this.#most = Math.max(this.#most, this.#now);
  }

  enterModel(model: string): void {
    const now = (this.#nowByModel.get(model) ?? 0) + 1;
    this.#nowByModel.set(model, now);
    this.#mostByModel.set(model, Math.max(this.#mostByModel.get(model) ?? 0, now));
  }

  leave(model: string | undefined): void {
    this.#now -= 1;
    if (model !== undefined) this.#nowByModel.set(model, (this.#nowByModel.get(model) ?? 1) - 1);
  }
}
