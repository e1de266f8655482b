import type { Answer, CallJournal, Effort, JsonValue, PriceOf, PriceRow } from "@terrace/core";

/** One question to a model, in Terrace's words. */
export interface ModelRequest {
  readonly model: string;
  readonly effort: Effort;
  /** Thinking counts in it. */
  readonly maxTokens: number;
  /** What the role is told, always; the same for all tasks of a role and tier, so that it can be cached. */
  readonly system: string;
  /** What is asked this time. */
  readonly user: string;
  /** The JSON Schema of the answer. */
  readonly schema: JsonValue;
  /** How often this very request was sent before without an answer; 0 the first time. Widens the wait before the next. */
  readonly retry: number;
  /** Prices that win over the client's own. */
  readonly prices: readonly PriceRow[];
  /** Aborted when the run is cancelled. */
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
  /** What its calls cost. @default list prices */
  readonly priceOf?: PriceOf;
}
