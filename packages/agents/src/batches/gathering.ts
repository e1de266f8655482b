// Requests that may wait, until enough of them have come together.
import type { Environment } from "@terrace/core";
import type { BatchSettings } from "./batch-settings.js";

/** What can be gathered. */
interface Gathered {
  readonly bytes: number;
}

/** What a gathering needs. */
interface GatheringOptions<Member> {
  readonly env: Pick<Environment, "after" | "monotonic">;
  readonly settings: Required<Pick<BatchSettings, "lingerMs" | "maxRequests" | "maxBytes">>;
  /** Takes those that have come together. */
  readonly onReady: (members: readonly Member[]) => void;
}

/** How often it may be put off for one more. */
const MOST_LINGERS = 10;

/** Gathers until nothing new has come for a while, until it has waited long enough, or until there is no more room. */
export class Gathering<Member extends Gathered> {
  readonly #options: GatheringOptions<Member>;
  #members = new Set<Member>();
  #bytes = 0;
  #since = 0;
  #stopTimer = (): void => {};

  constructor(options: GatheringOptions<Member>) {
    this.#options = options;
  }

  add(member: Member): void {
    const { maxRequests, maxBytes } = this.#options.settings;
    if (this.#members.size > 0 && this.#bytes + member.bytes > maxBytes) this.#close();
    if (this.#members.size === 0) this.#since = this.#options.env.monotonic();
    this.#members.add(member);
    this.#bytes += member.bytes;
    if (this.#members.size >= maxRequests) this.#close();
    else this.#linger();
  }

  /** Lets go of one that is not to be sent any more; `false` when it has gone already. */
  remove(member: Member): boolean {
    if (!this.#members.delete(member)) return false;
    this.#bytes -= member.bytes;
    if (this.#members.size === 0) this.#stopTimer();
    return true;
  }

  #linger(): void {
    const { env, settings } = this.#options;
    const leftMs = this.#since + settings.lingerMs * MOST_LINGERS - env.monotonic();
    this.#stopTimer();
    this.#stopTimer = env.after(Math.max(0, Math.min(settings.lingerMs, leftMs)), () => this.#close());
  }

  #close(): void {
    this.#stopTimer();
    const members = [...this.#members];
    this.#members = new Set();
    this.#bytes = 0;
    if (members.length > 0) this.#options.onReady(members);
  }
}
