import type { Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";
import type { Urgency } from "../run/urgency.js";

/**
 * The tokens of one call, each class apart.
 *
 * `inputTokens` excludes what was read from or written to the prompt cache; `outputTokens` includes
 * `thinkingTokens`.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly thinkingTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
}

/** No tokens at all: what a call used that never reached the model. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
};

/** What is known about a call before a byte of it leaves. */
export interface CallIntent {
  readonly model: string;
  readonly effort: string | null;
  readonly maxTokens: number;
  /** Names what is asked, byte for byte: the same for the same request, whichever run makes it. At most 256 characters. */
  readonly key: string;
  /** The most it can cost at list price, in integer micro-dollars; `null` when the model has no known price. */
  readonly reservedMicroUsd: number | null;
  /** The most tokens it can use, prompt and answer. @default null, which means unknown */
  readonly reservedTokens?: number | null;
  /** How it is sent. @default "live" */
  readonly urgency?: Urgency;
  /** The model of the route, when another is asked in its place because it cannot be reached. @default null */
  readonly standsInFor?: string | null;
}

/** A call of a batch that an earlier process sent, and that nobody has recorded the end of. */
export interface PendingCall {
  readonly callId: string;
  /** `null` when the process died before it could record which batch. */
  readonly batchId: string | null;
  readonly intent: CallIntent;
  /** When it was sent, in milliseconds since 1970. */
  readonly sentAt: number;
}

/** What a call came to. */
export interface CallAnswer {
  /** The model that answered, which prices the call. */
  readonly model: string;
  /** The provider's own id of the request, for its support desk. */
  readonly requestId: string | null;
  readonly stopReason: string | null;
  readonly usage: Usage;
  /** List price in integer micro-dollars; `null` when the model has no known price. */
  readonly costMicroUsd: number | null;
  /** The day of the price list, as YYYY-MM-DD; `null` when unpriced. */
  readonly priceAsOf: string | null;
  readonly latencyMs: number;
  /** From sending to the first part of the answer. @default null, for an answer that came in one piece */
  readonly firstTokenMs?: number | null;
  /** The answer as it came, before anybody parsed it. */
  readonly raw: JsonValue;
}

/** A call that brought no answer. */
export interface CallFailure {
  readonly fault: Fault;
  readonly latencyMs: number;
  /** What the provider had counted before the answer broke off; `null` when nothing is known. */
  readonly usage: Usage | null;
  /** What that comes to; `null` when unknown. */
  readonly costMicroUsd: number | null;
}

/**
 * The record of each call to a model.
 *
 * Whoever calls a model first asks `recorded` whether the answer is there already, and reads it as if it had just
 * come. Otherwise it awaits `sent` before a byte leaves and `answered` before the answer is parsed, and ends each
 * call exactly once. Rejects when the log can no longer be written: then nothing may be sent.
 */
export interface CallJournal {
  /**
   * The answer to this very request, when it is paid for and recorded: in this run before a crash, or in a run
   * whose answers are reused. Each is handed out once.
   */
  recorded(key: string): CallAnswer | undefined;
  /**
   * The call of a batch that waits for the answer to this very request, if an earlier process of this run sent one:
   * whoever takes it over ends it, and sends nothing. Each is handed out once.
   */
  pending(key: string): PendingCall | undefined;
  /** Records which batch a call went with, once the provider has it. */
  batched(callId: string, batchId: string): Promise<void>;
  /**
   * What the budget leaves for one more call now, in integer micro-dollars; `null` when it bounds no money. Who would
   * reserve more may ask for a shorter answer.
   */
  left(): number | null;
  /**
   * Makes the intent durable and returns the call's id.
   *
   * @throws BudgetError when the budget does not bear what the call may cost. It is to be passed on as it is.
   */
  sent(intent: CallIntent): Promise<string>;
  answered(callId: string, answer: CallAnswer): Promise<void>;
  failed(callId: string, failure: CallFailure): Promise<void>;
}
