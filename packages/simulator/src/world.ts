// The world: the one thing a user of the simulator supplies. It says what is answered; all else is the simulator's.
import type { ContentBlock } from "./blocks.js";
import type { Effort, ModelLine } from "./models.js";
import type { MessagesRequest } from "./request.js";

/** A request as the world sees it; it has passed every check. */
export interface WorldRequest {
  readonly model: string;
  readonly line: ModelLine;
  /** The system text, its blocks joined by blank lines; empty when there is none. */
  readonly system: string;
  /** The text of the last user message, its blocks joined by blank lines. */
  readonly lastUserText: string;
  /** The schema of `output_config.format`, when the request has one. */
  readonly schema: Readonly<Record<string, unknown>> | undefined;
  /** As asked; `undefined` leaves it to the model. */
  readonly effort: Effort | undefined;
  readonly maxTokens: number;
  readonly stream: boolean;
  /** The whole prompt, cached or not. */
  readonly inputTokens: number;
  /** Names the request's content; `stream` is no part of it. */
  readonly hash: string;
  /** How often this very request has come, counted from 1. */
  readonly occurrence: number;
  /** The checked body, field names as on the wire. */
  readonly body: MessagesRequest;
}

/** What may be said about an answer besides its words. */
export interface AnswerExtras {
  /** Thinking that comes before the words, in tokens; left out when the request disables thinking. @default 0 */
  readonly thinkingTokens?: number | undefined;
  /** Output tokens in all, instead of those counted; never more than `max_tokens`. */
  readonly outputTokens?: number | undefined;
  /** Any `stop_reason`, known or not. @default "end_turn", or "tool_use" when the content ends in a tool call */
  readonly stopReason?: string | null | undefined;
  /** `stop_details`, such as `{ type: "refusal", category: "cyber", explanation: null }`. */
  readonly stopDetails?: Readonly<Record<string, unknown>> | null | undefined;
  /** Content blocks instead of one text block, sent as they are, however odd. */
  readonly content?: readonly ContentBlock[] | undefined;
  /** How long the answer takes to begin, in milliseconds; instead of the simulator's `latency`. */
  readonly latencyMs?: number | undefined;
}

/** What the world answers: words, or a value that is sent as its JSON. Neither means no text at all. */
export interface WorldAnswer extends AnswerExtras {
  readonly text?: string | undefined;
  readonly json?: unknown;
}

/**
 * Answers requests.
 *
 * Asked once for each request that is answered, and not for one that a fault or a limit turns away. What it throws
 * becomes an HTTP 500 with its message.
 */
export interface World {
  answer(request: WorldRequest): WorldAnswer | Promise<WorldAnswer>;
}

/** The text of a message or system prompt: its text blocks, joined by blank lines. */
export function textOf(content: string | readonly ContentBlock[] | undefined): string {
  if (content === undefined || typeof content === "string") return content ?? "";
  return content.flatMap((block) => (block.type === "text" ? [block.text ?? ""] : [])).join("\n\n");
}
