// Claude through Anthropic's own client: one request, sent once, recorded before it leaves and before it is read.
import Anthropic from "@anthropic-ai/sdk";
import {
  type Answer,
  type CallJournal,
  DeclarationError,
  type Environment,
  type Fault,
  type JsonValue,
  type PriceRow,
  type PriceTerms,
  systemEnvironment,
  type Usage,
} from "@terrace/core";
import { type BatchSettings, checkSettings, completeSettings } from "./batches/batch-settings.js";
import { Batching } from "./batches/batching.js";
import { billAnswer, billMessage, billPart, NO_COST } from "./call-bill.js";
import { fitIntent, toIntent } from "./call-intent.js";
import { type Circumstances, classifyFailure, toFault } from "./classify.js";
import { judgeMessage } from "./classify-message.js";
import { harmless } from "./fault-text.js";
import type { FaultCode } from "./faults.js";
import { readMessage, type WireMessage } from "./message-schema.js";
import type { ModelClient, ModelReply, ModelRequest } from "./model-client.js";
import { refuseRequest, wellFormed } from "./preflight.js";
import { assertPrices, priceOf } from "./prices.js";
import { StreamMessage } from "./stream-message.js";
import { type CallLimits, startWatchdog, type Watchdog } from "./watchdog.js";
import { type Wire, watchWire } from "./wire-watch.js";

/** As much of a vendor's client as is needed: Anthropic's own, or one for Bedrock, Vertex or Foundry. */
export interface MessagesClient {
  readonly messages: Pick<Anthropic.Messages, "create">;
}

/** How Claude is reached. Times are in milliseconds. */
export interface AnthropicClientOptions {
  /** @default Anthropic's client, with the key in `ANTHROPIC_API_KEY`; made when the first question is asked */
  readonly client?: MessagesClient;
  /** Prices that win over the list prices, and not over the team's; for other ids, or a contract of your own. */
  readonly prices?: readonly PriceRow[];
  /** The longest silence in the middle of an answer. @default 60_000 */
  readonly idleMs?: number;
  /** The longest wait for an answer to begin. @default 120_000, and for an answer that comes in one piece `deadlineMs` */
  readonly firstByteMs?: number;
  /** The longest a call may take. @default 600_000 */
  readonly deadlineMs?: number;
  /** The longest wait a provider may ask for before the run is paused instead. @default 60_000 */
  readonly maxWaitMs?: number;
  /** The largest answer in bytes, decompressed. @default 64 MB */
  readonly maxResponseBytes?: number;
  /** How requests that may wait are put into batches. */
  readonly batches?: BatchSettings;
  /** Time and chance, as far as they are not to be the machine's. @default the machine's */
  readonly env?: Partial<Environment>;
  /** Told what is odd but does no harm, each thing once, in a line. @default a line on stderr */
  readonly warn?: (line: string) => void;
}

/**
 * The largest `max_tokens` that is asked for in one piece; more is streamed.
 *
 * Node's `fetch` gives up when no header has come for 300 seconds, and an answer in one piece sends its first
 * header when it is whole. The SDK's own limit is 21,333 (1.11.0, measured 2026-11-21).
 */
const MOST_TOKENS_IN_ONE_PIECE = 8_000;

/**
 * A model client on Anthropic's Messages API.
 *
 * Half characters (lone surrogates) in a prompt are sent as U+FFFD. An answer whose token counts are missing or
 * impossible is used all the same; its call is recorded with no tokens and the cost `null`, which means unknown.
 *
 * @throws DeclarationError when an option is not what it should be. Needs no key until the first question.
 */
export function anthropicClient(options: AnthropicClientOptions = {}): ModelClient {
  const setup = toSetup(options);
  const live: ModelClient["ask"] = (request, calls) => ask(setup, request, calls);
  const batching = startBatching(setup, live, completeSettings(options.batches));
  return {
    ask: (request, calls) =>
      request.urgency === "batch" ? batching.ask(request, calls) : live(request, calls),
    priceOf: (model, usage, terms) => priceOf(model, usage, withOwn(setup, terms)),
  };
}

interface Setup {
  /** Made when first needed. */
  readonly client: () => MessagesClient;
  readonly prices: readonly PriceRow[];
  readonly limitsOf: (stream: boolean) => CallLimits;
  readonly maxWaitMs: number;
  readonly env: Environment;
  readonly warn: (line: string) => void;
}

function toSetup({ prices = [], ...options }: AnthropicClientOptions): Setup {
  const { idleMs = 60_000, firstByteMs, deadlineMs = 600_000, maxWaitMs = 60_000 } = options;
  const { maxResponseBytes = 64 * 1024 * 1024 } = options;
  assertPositive({ idleMs, firstByteMs: firstByteMs ?? 1, deadlineMs, maxWaitMs, maxResponseBytes });
  assertPrices(prices);
  let client = options.client;
  return {
    client: () => {
      client ??= anthropic();
      return client;
    },
    prices,
    limitsOf: (stream) => ({
      idleMs,
      firstByteMs: firstByteMs ?? (stream ? 120_000 : deadlineMs),
      deadlineMs,
      maxBytes: maxResponseBytes,
    }),
    maxWaitMs,
    env: { ...systemEnvironment, ...options.env },
    warn: once(options.warn ?? ((line) => process.stderr.write(`${line}\n`))),
  };
}

function startBatching(setup: Setup, live: ModelClient["ask"], settings: Required<BatchSettings>): Batching {
  const issues = checkSettings(settings);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  return new Batching({
    ...setup,
    settings,
    live,
    toParams,
    limits: setup.limitsOf(false),
    termsOf: (request) => termsOf(setup, request),
    refuse: (params) => refuse(setup, params as Anthropic.MessageCreateParams),
    circumstancesOf: (request, wire) => circumstancesOf(setup, request, wire),
  });
}

/** The team's prices, then the client's. */
function withOwn({ prices }: Setup, terms: PriceTerms): PriceTerms {
  return prices.length === 0 ? terms : { ...terms, prices: [...terms.prices, ...prices] };
}

function termsOf(setup: Setup, { prices }: ModelRequest): PriceTerms {
  return withOwn(setup, { urgency: "live", prices });
}

function assertPositive(numbers: Readonly<Record<string, number>>): void {
  const issues = Object.entries(numbers)
    .filter(([, value]) => !(value > 0))
    .map(([name, value]) => `Expected \`${name}\` to be a number above 0, got \`${value}\`.`);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
}

function anthropic(): MessagesClient {
  return new Anthropic({
    maxRetries: 0,
    openTelemetry: false,
    // The sentence alone: what comes after it may be a whole answer, and debug output does not belong on stdout.
    logger: { error: toStderr, warn: toStderr, info: toStderr, debug: toStderr },
  });
}

/** For the vendor's client, whose lines may hold whatever a server sent. */
function toStderr(line: string): void {
  process.stderr.write(`${harmless(line)}\n`);
}

const MOST_WARNINGS = 1_000;

function once(say: (line: string) => unknown): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line) || said.size >= MOST_WARNINGS) return;
    said.add(line);
    say(line);
  };
}

async function ask(setup: Setup, request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>> {
  const { model, signal } = request;
  const asked = toParams(request);
  const wire: Wire = {};
  if (signal.aborted) return refused("CANCELLED", setup, request, wire);
  const terms = termsOf(setup, request);
  const intent = toIntent(asked, terms);
  const recorded = calls.recorded(intent.key);
  if (recorded !== undefined) {
    return judgeMessage(readMessage(recorded.raw).message, model, circumstancesOf(setup, request, wire));
  }
  const refusal = refuse(setup, asked);
  if (refusal !== undefined) return refused(refusal, setup, request, wire);
  const fitting = fitIntent(asked, intent, calls.left(), terms);
  const params = { ...asked, max_tokens: fitting.maxTokens };
  const callId = await calls.sent(fitting);
  const startedAt = setup.env.monotonic();
  const end = await exchange(setup, request, params, wire);
  const latencyMs = Math.round(setup.env.monotonic() - startedAt);
  if (end.kind === "failure") {
    const { fault, usage, costMicroUsd } = end;
    await calls.failed(callId, { fault, latencyMs, usage, costMicroUsd });
    return { outcome: fault.outcome, fault };
  }
  const { message, raw } = end;
  const requestId = wire.headers?.get("request-id") ?? null;
  const bill = billAnswer(message, model, { terms, warn: setup.warn });
  await calls.answered(callId, { ...bill, requestId, stopReason: message.stop_reason, latencyMs, raw });
  return judgeMessage(message, model, circumstancesOf(setup, request, wire));
}

/** Why nothing may be sent; `undefined` when it may. */
function refuse(setup: Setup, params: Anthropic.MessageCreateParams): FaultCode | undefined {
  try {
    return refuseRequest(params, baseUrlOf(setup.client()), process.env);
  } catch {
    return "REQUEST_FAILED";
  }
}

function refused(code: FaultCode, setup: Setup, request: ModelRequest, wire: Wire): Answer<ModelReply> {
  const fault = toFault(code, circumstancesOf(setup, request, wire));
  if (code === "TLS_UNVERIFIED") setup.warn(fault.message);
  return { outcome: fault.outcome, fault };
}

function toParams({ model, maxTokens, system, user, effort, schema }: ModelRequest) {
  return {
    model,
    max_tokens: maxTokens,
    // The same for every task of a role and tier, and therefore worth a place in the prompt cache.
    ...(system === "" ? {} : { system: [cached(wellFormed(system))] }),
    messages: [{ role: "user", content: wellFormed(user) }],
    output_config: { effort, format: { type: "json_schema", schema: schema as Record<string, unknown> } },
  } satisfies Anthropic.MessageCreateParams;
}

function cached(text: string): Anthropic.TextBlockParam {
  return { type: "text", text, cache_control: { type: "ephemeral" } };
}

type End =
  | { readonly kind: "message"; readonly message: WireMessage; readonly raw: JsonValue }
  | {
      readonly kind: "failure";
      readonly fault: Fault;
      readonly usage: Usage | null;
      readonly costMicroUsd: number | null;
    };

/** Sends the request and takes the answer in. Never rejects. */
async function exchange(
  setup: Setup,
  request: ModelRequest,
  params: Anthropic.MessageCreateParamsNonStreaming,
  wire: Wire,
): Promise<End> {
  const stream = params.max_tokens > MOST_TOKENS_IN_ONE_PIECE;
  const limits = setup.limitsOf(stream);
  const watchdog = startWatchdog(limits, request.signal, setup.env);
  const partial = new StreamMessage();
  try {
    const options = requestOptions(wire, watchdog, limits, stream);
    const { messages } = setup.client();
    const raw = stream
      ? await takeStream(await messages.create({ ...params, stream }, options), partial)
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

function requestOptions(wire: Wire, watchdog: Watchdog, limits: CallLimits, stream: boolean) {
  return {
    maxRetries: 0,
    // Later than the deadline, so that it is the watchdog that cuts, and says why.
    timeout: Math.min(Math.ceil(limits.deadlineMs) + 60_000, 2 ** 31 - 1),
    signal: watchdog.signal,
    fetchOptions: { redirect: "manual" as const },
    middleware: [watchWire(wire, watchdog, stream)],
  };
}

/** What follows a complete message is of no consequence, not even when the connection breaks. */
async function takeStream(events: AsyncIterable<unknown>, partial: StreamMessage): Promise<unknown> {
  try {
    for await (const event of events) partial.add(event);
  } catch (error) {
    if (!partial.isComplete) throw error;
  }
  if (!partial.isComplete) throw new Error("The stream ended before its last event.");
  return partial.raw;
}

function circumstancesOf(setup: Setup, request: ModelRequest, wire: Wire): Circumstances {
  const client = settled(setup.client);
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

function settled(client: () => MessagesClient): object {
  try {
    return client();
  } catch {
    return {};
  }
}

function baseUrlOf(client: object): string | undefined {
  return "baseURL" in client && typeof client.baseURL === "string" ? client.baseURL : undefined;
}

function secretsOf(client: object): readonly string[] {
  const held = ["apiKey", "authToken"].map((name) => (client as Readonly<Record<string, unknown>>)[name]);
  return held.filter((value): value is string => typeof value === "string" && value.length >= 4);
}
