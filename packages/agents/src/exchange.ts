// One request on its way: sent once, watched to its end, and either a whole message or a failure.
import type Anthropic from "@anthropic-ai/sdk";
import type { Fault, JsonValue, Usage } from "@terrace/core";
import { billMessage, billPart, NO_COST } from "./call-bill.js";
import { type Circumstances, classifyFailure, toFault } from "./classify.js";
import { baseUrlOf, secretsOf } from "./client-fields.js";
import { type Setup, settled, termsOf } from "./client-setup.js";
import { readMessage, type WireMessage } from "./message-schema.js";
import type { ModelRequest } from "./model-client.js";
import { StreamMessage } from "./stream-message.js";
import { type CallLimits, startWatchdog, type Watchdog } from "./watchdog.js";
import { type Wire, watchWire } from "./wire-watch.js";

/**
 * The largest `max_tokens` that is asked for in one piece; more is streamed.
 *
 * Node's `fetch` gives up when no header has come for 300 seconds, and an answer in one piece sends its first
 * header when it is whole. The SDK's own limit is 21,333 (1.11.0, measured 2026-11-21).
 */
const MOST_TOKENS_IN_ONE_PIECE = 8_000;

/** Hears of a call while it is under way. */
interface Hearer {
  /** The headers of the answer are in. */
  heard(headers: Headers): void;
  /** A streamed answer begins. */
  began(): void;
}

/** How a call ended. */
type End =
  | { readonly kind: "message"; readonly message: WireMessage; readonly raw: JsonValue }
  | {
      readonly kind: "failure";
      readonly fault: Fault;
      readonly usage: Usage | null;
      readonly costMicroUsd: number | null;
    };

/** Sends the request and takes the answer in. Never rejects. */
export async function exchange(
  setup: Setup,
  request: ModelRequest,
  params: Anthropic.MessageCreateParamsNonStreaming,
  wire: Wire,
  hears: Hearer,
): Promise<End> {
  const stream = params.max_tokens > MOST_TOKENS_IN_ONE_PIECE;
  const limits = setup.limitsOf(stream);
  const watchdog = startWatchdog(limits, request.signal, setup.env);
  const partial = new StreamMessage();
  try {
    const options = requestOptions(wire, watchdog, limits, stream, hears);
    const { messages } = setup.client();
    const raw = stream
      ? await takeStream(await messages.create({ ...params, stream }, options), partial, hears.began)
      : await messages.create(params, options);
    const { message, raw: json } = readMessage(raw);
    if (message.stop_reason !== null) return { kind: "message", message, raw: json };
    const fault = toFault("NO_STOP_REASON", circumstancesOf(setup, request, wire));
    return { kind: "failure", fault, ...billMessage(message, termsOf(setup, request)) };
  } catch (error) {
    const { cut } = watchdog;
    const circumstances = { ...circumstancesOf(setup, request, wire), cut, text: partial.text };
    const { fault, isFree } = classifyFailure(error, circumstances);
    return { kind: "failure", fault, ...(isFree ? NO_COST : billPart(partial, termsOf(setup, request))) };
  } finally {
    watchdog.end();
  }
}

function requestOptions(
  wire: Wire,
  watchdog: Watchdog,
  limits: CallLimits,
  stream: boolean,
  { heard }: Hearer,
) {
  return {
    maxRetries: 0,
    // Later than the deadline, so that it is the watchdog that cuts, and says why.
    timeout: Math.min(Math.ceil(limits.deadlineMs) + 60_000, 2 ** 31 - 1),
    signal: watchdog.signal,
    fetchOptions: { redirect: "manual" as const },
    middleware: [watchWire(wire, watchdog, stream, heard)],
  };
}

/** What follows a complete message is of no consequence, not even when the connection breaks. */
async function takeStream(
  events: AsyncIterable<unknown>,
  partial: StreamMessage,
  onBegin: () => void,
): Promise<unknown> {
  try {
    for await (const event of events) {
      const isFirst = partial.raw === undefined;
      partial.add(event);
      if (isFirst && partial.raw !== undefined) onBegin();
    }
  } catch (error) {
    if (!partial.isComplete) throw error;
  }
  if (!partial.isComplete) throw new Error("The stream ended before its last event.");
  return partial.raw;
}

/** The circumstances in which the end of a call is judged. */
export function circumstancesOf(setup: Setup, request: ModelRequest, wire: Wire): Circumstances {
  const client = settled(setup);
  const url = wire.url ?? baseUrlOf(client);
  return {
    model: request.model,
    host: url !== undefined && URL.canParse(url) ? new URL(url).host : "api.anthropic.com",
    retry: request.retry,
    random: setup.env.random,
    now: setup.env.now,
    maxWaitMs: setup.maxWaitMs,
    wire,
    cut: undefined,
    text: "",
    secrets: secretsOf(client),
  };
}
