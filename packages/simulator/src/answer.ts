// From what the world says to a message as it stands on the wire.
import { createHash } from "node:crypto";
import type { ContentBlock } from "./blocks.js";
import type { PromptUsage } from "./cache.js";
import type { RequestIdentity } from "./ids.js";
import type { MessagesRequest } from "./request.js";
import { countTokens } from "./tokens.js";
import type { WorldAnswer } from "./world.js";

/** `usage` of a message; field names as on the wire. */
export interface WireUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
  readonly server_tool_use: null;
  readonly service_tier: "standard" | "batch";
  readonly inference_geo: "us" | "global";
  readonly output_tokens_details: { readonly thinking_tokens: number };
  readonly speed: "standard" | "fast" | null;
}

/** A message as the API answers it; field names as on the wire. */
export interface WireMessage {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly ContentBlock[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly stop_details: Readonly<Record<string, unknown>> | null;
  readonly container: null;
  readonly diagnostics: null;
  readonly usage: WireUsage;
}

/**
 * The message that gives the world's answer.
 *
 * An answer longer than `max_tokens`, thinking included, is cut there and stops for `max_tokens`; one that meets a stop
 * sequence is cut before it. With `content` nothing is cut.
 */
export function toMessage(
  request: MessagesRequest,
  answer: WorldAnswer,
  identity: RequestIdentity,
  prompt: PromptUsage,
  serviceTier: WireUsage["service_tier"] = "standard",
): WireMessage {
  const said = say(request, answer);
  const { stopReason = said.stopReason, stopDetails = null } = answer;
  return {
    id: identity.messageId,
    type: "message",
    role: "assistant",
    model: request.model,
    content: said.content,
    stop_reason: stopReason,
    stop_sequence: said.stopSequence,
    stop_details: stopDetails,
    container: null,
    diagnostics: null,
    usage: { ...toUsage(request, prompt, said), service_tier: serviceTier },
  };
}

interface Said {
  readonly content: readonly ContentBlock[];
  readonly outputTokens: number;
  readonly thinkingTokens: number;
  readonly stopReason: string;
  readonly stopSequence: string | null;
}

function say(request: MessagesRequest, answer: WorldAnswer): Said {
  const maxTokens = request.max_tokens ?? 0;
  if (maxTokens === 0) {
    return { content: [], outputTokens: 0, thinkingTokens: 0, stopReason: "max_tokens", stopSequence: null };
  }
  const thinks = request.thinking?.type !== "disabled";
  const thinkingTokens = thinks ? Math.min(answer.thinkingTokens ?? 0, maxTokens) : 0;
  const words = answer.json === undefined ? (answer.text ?? "") : JSON.stringify(answer.json);
  const stop = firstStop(words, request.stop_sequences ?? []);
  const whole = stop === undefined ? words : words.slice(0, stop.at);
  const room = (maxTokens - thinkingTokens) * 4;
  const text = answer.outputTokens === undefined ? cutToBytes(whole, room) : whole;
  const thinking = thinkingTokens > 0 ? [thinkingBlock(request, words)] : [];
  const content = answer.content ?? [
    ...thinking,
    ...(text === "" ? [] : [{ type: "text", text, citations: null }]),
  ];
  const wordTokens = answer.content ? countTokens(JSON.stringify(answer.content)) : countTokens(whole);
  const wanted = answer.outputTokens ?? thinkingTokens + wordTokens;
  const full = wanted > maxTokens || ((answer.thinkingTokens ?? 0) > maxTokens && thinks);
  const ending = content.at(-1)?.type === "tool_use" ? "tool_use" : "end_turn";
  return {
    content,
    thinkingTokens,
    outputTokens: Math.min(wanted, maxTokens),
    stopReason: full ? "max_tokens" : stop === undefined ? ending : "stop_sequence",
    stopSequence: full || stop === undefined ? null : stop.sequence,
  };
}

function firstStop(text: string, sequences: readonly string[]): { at: number; sequence: string } | undefined {
  const met = sequences
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0);
  return met.sort((a, b) => a.at - b.at)[0];
}

/** The longest start of a text that fits, never splitting a character. */
function cutToBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text, "utf8");
  if (encoded.length <= bytes) return text;
  let end = Math.max(0, bytes);
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.toString("utf8", 0, end);
}

/** Thinking arrives with empty text unless the request asks for a summary. */
function thinkingBlock({ thinking }: MessagesRequest, words: string): ContentBlock {
  const shown = thinking?.display === "summarized" ? "Considered the request." : "";
  return {
    type: "thinking",
    thinking: shown,
    signature: createHash("sha256").update(words).digest("base64"),
  };
}

function toUsage(request: MessagesRequest, prompt: PromptUsage, said: Said): WireUsage {
  return {
    input_tokens: prompt.inputTokens,
    output_tokens: said.outputTokens,
    cache_creation_input_tokens: prompt.cacheWrite5mTokens + prompt.cacheWrite1hTokens,
    cache_read_input_tokens: prompt.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: prompt.cacheWrite5mTokens,
      ephemeral_1h_input_tokens: prompt.cacheWrite1hTokens,
    },
    server_tool_use: null,
    service_tier: "standard",
    inference_geo: request.inference_geo ?? "global",
    output_tokens_details: { thinking_tokens: said.thinkingTokens },
    speed: request.speed ?? null,
  };
}
