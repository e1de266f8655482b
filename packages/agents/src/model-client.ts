import type {
  Answer,
  CallJournal,
  Effort,
  InSlot,
  JsonValue,
  PriceOf,
  PriceRow,
  Urgency,
} from "@terrace/core";

/** One question to a model, in Terrace's words. */
export interface ModelRequest {
  readonly model: string;
  /** `null` for none, since the model takes none; the provider's default is never relied on. */
  readonly effort: Effort | null;
  /** Thinking counts in it. */
  readonly maxTokens: number;
  /**
   * What the role is told, always, and then what it is told of the run: each part the same, byte for byte, for all calls
   * of a role and tier in a run, so that the whole can be cached.
   */
  readonly system: readonly string[];
  /** What is asked this time. */
  readonly user: string;
  /** The JSON Schema of the answer. */
  readonly schema: JsonValue;
  /** How often this very request was sent before without an answer; 0 the first time. Widens the wait before the next. */
  readonly retry: number;
  /** Prices that win over the client's own. */
  readonly prices: readonly PriceRow[];
  /** `batch` allows, and does not oblige, to let it wait for half the price. @default "live" */
  readonly urgency?: Urgency;
  /** What may wait has no slot of the run, and takes one in here when it is sent at once. @default it has one */
  readonly inSlot?: InSlot;
  /** Aborted when the run is cancelled, for the reason "cancelled", or goes on elsewhere. */
  readonly signal: AbortSignal;
}

/** What a model answered, complete: never a truncated or refused answer. */
export interface ModelReply {
  /** The text blocks, joined; not yet parsed. */
  readonly text: string;
}

/**
 * The port towards a vendor.
 *
 * Sends one request, once: nothing in it retries. Records the call in the journal before a byte leaves and
 * before anything is parsed. Must not throw or reject, but for a journal that can no longer be written.
 */
export interface ModelClient {
  ask(request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>>;
  /** How long to wait, in milliseconds, before this model may be asked once more; 0 lets it be asked now, and counts it. */
  paceOf?(model: string): number;
  /** What its calls cost. @default list prices */
  readonly priceOf?: PriceOf;
}
