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

/** A tool as a model is told of it: one that is run here, or one of the provider's own, in the provider's words. */
export type ModelTool =
  | { readonly name: string; readonly description: string; readonly schema: JsonValue }
  | { readonly name: string; readonly definition: { readonly [field: string]: JsonValue } };

/** A model asks for a tool. */
export interface ToolUse {
  /** Names it among all that the model asks for in a conversation. */
  readonly id: string;
  readonly name: string;
  /** Not yet held against the tool's schema. */
  readonly input: { readonly [field: string]: JsonValue };
}

/** What a tool brought, as the model is shown it. */
export interface ToolResult {
  readonly useId: string;
  readonly content: string;
  readonly isError: boolean;
}

/** An answer that asked for tools, and what these brought. */
export interface ToolTurn {
  /** The answer as it came, in the provider's words. */
  readonly said: JsonValue;
  /** One for each use, in the same order. */
  readonly results: readonly ToolResult[];
  /** What is said beside them. @default nothing */
  readonly remark?: string;
}

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
  /** The tools that it may ask for. @default none */
  readonly tools?: readonly ModelTool[];
  /** What followed the question so far. @default nothing */
  readonly turns?: readonly ToolTurn[];
  /** Whether it must answer now, without asking for another tool. @default false */
  readonly isLast?: boolean;
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
  /** The tools that it asks for before it answers. @default none */
  readonly uses?: readonly ToolUse[];
  /** The answer as it came, to be given back with what the tools brought; there whenever `uses` are. */
  readonly said?: JsonValue;
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
