// A message as server-sent events, in the order the API sends them.
import type { WireMessage } from "./answer.js";
import type { ContentBlock } from "./blocks.js";

/** One server-sent event before it is written out. */
export interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

const SHORTEST_PIECE = 40;
const MOST_PIECES = 64;

/**
 * The events of a message: `message_start`, a `ping`, then for each block its start, deltas and stop, then
 * `message_delta` with the cumulative usage, then `message_stop`.
 */
export function toEvents(message: WireMessage): StreamEvent[] {
  const { stop_reason, stop_sequence, stop_details, container, usage } = message;
  const begun = {
    ...usage,
    output_tokens: Math.min(1, usage.output_tokens),
    output_tokens_details: { thinking_tokens: 0 },
  };
  const start = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: begun,
  };
  return [
    { type: "message_start", message: start },
    { type: "ping" },
    ...message.content.flatMap((block, index) => blockEvents(block, index)),
    { type: "message_delta", delta: { stop_reason, stop_sequence, stop_details, container }, usage },
    { type: "message_stop" },
  ];
}

/** An event on the wire. */
export function encodeEvent(event: StreamEvent, data: string = JSON.stringify(event)): string {
  return `event: ${event.type}\ndata: ${data}\n\n`;
}

function blockEvents(block: ContentBlock, index: number): StreamEvent[] {
  const [empty, deltas] = open(block);
  return [
    { type: "content_block_start", index, content_block: empty },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

/** A block as it starts, and what is added to it; a block the stream has no delta for starts whole. */
function open(block: ContentBlock): [ContentBlock, object[]] {
  switch (block.type) {
    case "text":
      return [{ ...block, text: "" }, pieces(block.text ?? "").map((text) => ({ type: "text_delta", text }))];
    case "tool_use": {
      const parts = pieces(JSON.stringify(block.input ?? {}));
      return [
        { ...block, input: {} },
        parts.map((part) => ({ type: "input_json_delta", partial_json: part })),
      ];
    }
    case "thinking": {
      const { thinking, signature } = block;
      const words = pieces(String(thinking ?? "")).map((text) => ({
        type: "thinking_delta",
        thinking: text,
      }));
      return [{ ...block, thinking: "", signature: "" }, [...words, { type: "signature_delta", signature }]];
    }
    default:
      return [block, []];
  }
}

/** A text in at most 64 pieces of at least 40 characters, none split inside a surrogate pair. */
function pieces(text: string): string[] {
  const size = Math.max(SHORTEST_PIECE, Math.ceil(text.length / MOST_PIECES));
  const cut: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + size);
    const last = text.charCodeAt(to - 1);
    if (last >= 0xd800 && last <= 0xdbff && to < text.length) to += 1;
    cut.push(text.slice(from, to));
    from = to;
  }
  return cut;
}
