// A deterministic token count: a quarter of the UTF-8 bytes, rounded up, block by block, the same for every model.
// No real tokenizer counts like this; what matters is that anyone can work the figure out by hand.
import type { ContentBlock } from "./blocks.js";
import type { MessagesRequest } from "./request.js";

/** What an image counts as, whatever its size. */
export const IMAGE_TOKENS = 1_500;

/** One piece of a prompt, in the order the model reads them: tools, output format, system, messages. */
export interface PromptPiece {
  readonly layer: "tools" | "system" | "messages";
  /** The piece as text, byte for byte the same when the piece is the same; without its `cache_control`. */
  readonly key: string;
  readonly tokens: number;
  /** Set on a cache breakpoint. */
  readonly ttl?: "5m" | "1h" | undefined;
}

/** Tokens of a text: its UTF-8 bytes divided by four, rounded up; 0 for no text. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, "utf8") / 4);
}

/** Tokens of a whole prompt: the sum over its pieces, whether cached or not. */
export function countPrompt(pieces: readonly PromptPiece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.tokens, 0);
}

/**
 * The pieces of a prompt, one per tool, output schema, system block and message block.
 *
 * A text counts its own bytes, a tool, a schema or a tool call the bytes of its JSON, an image
 * {@link IMAGE_TOKENS}; there is no overhead per message.
 */
export function promptPieces(request: MessagesRequest): PromptPiece[] {
  const pieces: PromptPiece[] = [];
  for (const tool of request.tools ?? []) {
    const key = withoutMark(tool);
    pieces.push({ layer: "tools", key: `tool ${key}`, tokens: countTokens(key), ttl: ttlOf(tool) });
  }
  const format = request.output_config?.format;
  if (format) {
    const key = JSON.stringify(format.schema);
    pieces.push({ layer: "system", key: `format ${key}`, tokens: countTokens(key) });
  }
  for (const block of toBlocks(request.system ?? [])) pieces.push(piece("system", "system", block));
  for (const { role, content } of request.messages) {
    for (const block of toBlocks(content)) pieces.push(piece("messages", role, block));
  }
  return request.cache_control ? markLast(pieces, request.cache_control.ttl ?? "5m") : pieces;
}

function toBlocks(content: string | readonly ContentBlock[]): readonly ContentBlock[] {
  if (typeof content !== "string") return content;
  return content === "" ? [] : [{ type: "text", text: content }];
}

function piece(layer: "system" | "messages", role: string, block: ContentBlock): PromptPiece {
  return { layer, key: `${role} ${withoutMark(block)}`, tokens: countBlock(block), ttl: ttlOf(block) };
}

function countBlock(block: ContentBlock): number {
  if (block.type === "text") return countTokens(block.text ?? "");
  if (block.type === "image") return IMAGE_TOKENS;
  if (block.type === "thinking") return countTokens(String(block.thinking ?? ""));
  if (block.type === "tool_result") {
    const inner = block.content;
    if (typeof inner === "string") return countTokens(inner);
    return Array.isArray(inner)
      ? (inner as ContentBlock[]).reduce((sum, one) => sum + countBlock(one), 0)
      : 0;
  }
  return countTokens(withoutMark(block));
}

/** The JSON of a block or tool, its breakpoints left out: a moved breakpoint does not change the prefix. */
function withoutMark(holder: object): string {
  return JSON.stringify(holder, (key, value: unknown) => (key === "cache_control" ? undefined : value));
}

function ttlOf(holder: { readonly cache_control?: ContentBlock["cache_control"] }): "5m" | "1h" | undefined {
  return holder.cache_control ? (holder.cache_control.ttl ?? "5m") : undefined;
}

/** Automatic caching marks the last block of the prompt. */
function markLast(pieces: readonly PromptPiece[], ttl: "5m" | "1h"): PromptPiece[] {
  const last = pieces.at(-1);
  return last === undefined ? [] : [...pieces.slice(0, -1), { ...last, ttl: last.ttl ?? ttl }];
}
