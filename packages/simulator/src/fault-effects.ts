// What each fault does to an answer on its way out.
import type { WireMessage, WireUsage } from "./answer.js";
import { type ApiError, apiError, errorBody } from "./errors.js";
import type { Fault } from "./faults.js";
import { PRICES } from "./prices.js";
import { encodeEvent, type StreamEvent, toEvents } from "./stream.js";
import type { Reply } from "./transmit.js";

const STREAM_ONLY: ReadonlySet<Fault["kind"]> = new Set([
  "cut-stream",
  "stream-error",
  "stall-stream",
  "malformed-event",
  "unknown-event",
  "crlf",
  "duplicate-stop",
]);

/** Whether a fault fits streams alone. */
export function needsStream(fault: Fault): boolean {
  return STREAM_ONLY.has(fault.kind);
}

/** Whether the call is billed although its answer never comes. */
export function isBilledUnheard(fault: Fault | undefined): boolean {
  return (fault?.kind === "reset" || fault?.kind === "hang") && fault.billed === true;
}

/** The error a status fault answers, or `undefined` for any other fault. */
export function statusError(fault: Fault): ApiError | undefined {
  if (fault.kind !== "status") return undefined;
  const { status, type, message, errorCode, retryAfter, retryAfterMs, shouldRetry } = fault;
  const plain = apiError(status, message ?? `The simulator was told to answer ${status}.`);
  const headers: Record<string, string> = { ...fault.headers };
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (retryAfterMs !== undefined) headers["retry-after-ms"] = String(retryAfterMs);
  if (shouldRetry !== undefined) headers["x-should-retry"] = String(shouldRetry);
  const details = errorCode === undefined ? undefined : { error_code: errorCode };
  return { ...plain, type: type ?? plain.type, details, headers };
}

/** What is sent instead of an answer, or `undefined` when the fault lets the world answer. */
export function impostor(fault: Fault): Reply | undefined {
  switch (fault.kind) {
    case "html": {
      const page =
        "<!doctype html><html><head><title>Sign in</title></head><body>Sign in to this network.</body></html>";
      return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, frames: [page] };
    }
    case "empty-object":
      return { status: 200, headers: { "content-type": "application/json" }, frames: ["{}"] };
    case "redirect":
      return { status: fault.status ?? 307, headers: { location: fault.location }, frames: [] };
    case "reset":
      return { status: 200, headers: {}, frames: [], stop: { beforeHeaders: true, end: "reset" } };
    case "hang":
      return { status: 200, headers: {}, frames: [], stop: { beforeHeaders: true, end: "stall" } };
    default:
      return undefined;
  }
}

/** A message changed by a content fault; `usage` may come out as anything. */
export function distort(message: WireMessage, fault: Fault | undefined): WireMessage {
  switch (fault?.kind) {
    case "wrong-model":
      return { ...message, model: fault.model };
    case "unknown-block":
      return {
        ...message,
        content: [{ type: "hologram", data: "unknown to the client" }, ...message.content],
      };
    case "usage":
      // Deliberately not a WireUsage: the fault is that the client cannot trust it.
      return { ...message, usage: distortUsage(message.usage, fault.usage) as unknown as WireUsage };
    default:
      return message;
  }
}

function distortUsage(usage: WireMessage["usage"], how: Extract<Fault, { kind: "usage" }>["usage"]): object {
  switch (how) {
    case "missing":
      return usage; // left out when the message is written
    case "negative":
      return { ...usage, input_tokens: -1, output_tokens: -1 };
    case "fractional":
      return { ...usage, input_tokens: usage.input_tokens + 0.5, output_tokens: usage.output_tokens + 0.5 };
    case "huge":
      return { ...usage, input_tokens: 1e12, output_tokens: 1e12 };
    default:
      return how;
  }
}

/** The model a call is billed as: the one the answer names, if that has a price. */
export function billedModel(asked: string, fault: Fault | undefined): string {
  return fault?.kind === "wrong-model" && Object.hasOwn(PRICES, fault.model) ? fault.model : asked;
}

/** A message as it goes out, with whatever the fault does to its carriage. */
export function toReply(
  message: WireMessage,
  stream: boolean,
  fault: Fault | undefined,
  requestId: string,
): Reply {
  const headers: Record<string, string> = stream
    ? { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" }
    : { "content-type": "application/json" };
  const frames = stream ? streamFrames(message, fault, requestId) : [write(message, fault)];
  return carry({ status: 200, headers, frames, chunked: stream }, fault, stream);
}

function streamFrames(message: WireMessage, fault: Fault | undefined, requestId: string): string[] {
  const frames = toEvents(message).map((event) => encodeEvent(event, write(event, fault)));
  switch (fault?.kind) {
    case "stream-error": {
      const { type = "overloaded_error", message: said = "Overloaded" } = fault;
      const data = errorBody({ type, message: said }, requestId);
      return [...frames.slice(0, fault.afterEvents), `event: error\ndata: ${data}\n\n`];
    }
    case "malformed-event":
      return frames.toSpliced(
        fault.afterEvents,
        0,
        'event: content_block_delta\ndata: {"type":"content_blo\n\n',
      );
    case "unknown-event":
      return frames.toSpliced(1, 0, encodeEvent({ type: "weather_report", sky: "clear" }));
    case "crlf":
      return frames.map((frame) => frame.replaceAll("\n", "\r\n"));
    case "duplicate-stop":
      return [...frames, ...frames.slice(-1)];
    default:
      return frames;
  }
}

/** JSON, at every depth without `usage` when that is the fault. */
function write(value: WireMessage | StreamEvent, fault: Fault | undefined): string {
  const missing = fault?.kind === "usage" && fault.usage === "missing";
  return JSON.stringify(value, (key, inner: unknown) => (missing && key === "usage" ? undefined : inner));
}

function carry(reply: Reply, fault: Fault | undefined, stream: boolean): Reply {
  switch (fault?.kind) {
    case "cut-body":
      return { ...reply, stop: { afterBytes: fault.afterBytes, end: fault.end } };
    case "cut-stream":
      return { ...reply, frames: [...reply.frames].slice(0, fault.afterEvents), stop: { end: fault.end } };
    case "stall-stream": {
      const frames = [...reply.frames].slice(0, fault.afterEvents);
      return { ...reply, frames, stop: { end: "stall", pingEveryMs: fault.pingEveryMs } };
    }
    case "drip":
      return { ...reply, chunkBytes: fault.bytes ?? 1, everyMs: fault.everyMs, chunked: true };
    case "one-byte-chunks":
      return { ...reply, chunkBytes: 1, chunked: true };
    case "no-content-type": {
      const { "content-type": _, ...headers } = reply.headers;
      return { ...reply, headers };
    }
    case "flood":
      return { ...reply, frames: flooded(reply.frames, fault.bytes, stream), chunked: true };
    case "gzip-bomb":
      return { ...reply, frames: flooded(reply.frames, fault.bytes, stream), chunked: true, gzip: true };
    default:
      return reply;
  }
}

/** Padding that the client must read and may ignore, then the frames; made as it is sent, so that no one holds it. */
function* flooded(frames: Iterable<string>, bytes: number, stream: boolean): Generator<string> {
  const line = stream ? `:${" ".repeat(65_533)}\n\n` : " ".repeat(65_536);
  for (let sent = 0; sent < bytes; sent += 65_536) yield line;
  yield* frames;
}
