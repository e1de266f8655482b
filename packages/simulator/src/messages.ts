// POST /v1/messages: a request that is in order becomes the world's answer, or whatever a limit or a fault makes of it.
import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { toMessage, type WireMessage } from "./answer.js";
import type { BatchBook } from "./batches/batch-book.js";
import type { BillBook } from "./bill.js";
import type { CacheVisit, PromptCache } from "./cache.js";
import { apiError, invalidRequest } from "./errors.js";
import { type Exchange, readBody, replyError, replyJson } from "./exchange.js";
import {
  billedModel,
  distort,
  impostor,
  isBilledUnheard,
  needsStream,
  statusError,
  toReply,
} from "./fault-effects.js";
import type { Fault } from "./faults.js";
import type { Identities, RequestIdentity } from "./ids.js";
import type { InFlight } from "./in-flight.js";
import type { RateLimiter } from "./limits.js";
import { findModel, type ModelRules } from "./models.js";
import type { MessagesRequest } from "./request.js";
import type { RequestLog } from "./request-log.js";
import { countPrompt, promptPieces } from "./tokens.js";
import { type Reply, transmit } from "./transmit.js";
import { type Checked, checkBody, checkHeaders, refused } from "./validate.js";
import { textOf, type World, type WorldAnswer, type WorldRequest } from "./world.js";

/** Everything the answers depend on, shared by all requests of one simulator. */
export interface Stage {
  readonly world: World;
  readonly latencyMs: (request: WorldRequest) => number;
  readonly pickFault: (request: WorldRequest) => Fault | undefined;
  readonly bill: BillBook;
  readonly cache: PromptCache;
  readonly limiter: RateLimiter;
  readonly identities: Identities;
  readonly inFlight: InFlight;
  readonly log: RequestLog;
  readonly batches: BatchBook;
  readonly now: () => number;
}

/** Answers one `POST /v1/messages`. */
export async function answerMessages(stage: Stage, exchange: Exchange): Promise<void> {
  const ask = await receive(stage, exchange, "messages");
  if (ask === undefined) return;
  stage.inFlight.enterModel(ask.model.id);
  await answerModel(stage, exchange, ask);
}

/** `POST /v1/messages/count_tokens`: the same checks, no answer, no bill. */
export async function answerCountTokens(stage: Stage, exchange: Exchange): Promise<void> {
  const ask = await receive(stage, exchange, "count_tokens");
  if (ask === undefined) return;
  const count = JSON.stringify({ input_tokens: countPrompt(promptPieces(ask.request)) });
  replyJson(exchange, 200, count, { "request-id": ask.identity.requestId });
}

/** A request that is in order. */
export interface Ask {
  readonly request: MessagesRequest;
  readonly model: ModelRules;
  readonly identity: RequestIdentity;
}

/** Reads and checks a request; one that is not in order is answered here. */
async function receive(
  stage: Stage,
  exchange: Exchange,
  endpoint: "messages" | "count_tokens",
): Promise<Ask | undefined> {
  const { note, request } = exchange;
  const body = await readBody(request);
  stage.log.keepBody(note, body.checked.ok ? body.raw : undefined, body.bytes);
  const identity = stage.identities.of(body.raw);
  note.requestId = identity.requestId;
  const checked = check(request.headers, body.checked, endpoint);
  const model = checked.ok ? findModel(checked.value.model) : undefined;
  if (!checked.ok || model === undefined) {
    replyError(
      exchange,
      checked.ok ? apiError(404, `model: ${checked.value.model}`) : checked.error,
      identity,
    );
    return undefined;
  }
  note.model = model.id;
  return { request: checked.value, model, identity };
}

function check(
  headers: IncomingHttpHeaders,
  body: Checked<unknown>,
  endpoint: "messages" | "count_tokens",
): Checked<MessagesRequest> {
  const headerError = checkHeaders(headers);
  if (headerError !== undefined) return refused(headerError);
  return body.ok ? checkBody(body.value, endpoint) : body;
}

async function answerModel(stage: Stage, exchange: Exchange, ask: Ask): Promise<void> {
  const { request, model, identity } = ask;
  const pieces = promptPieces(request);
  const inputTokens = countPrompt(pieces);
  const refuse = (error: Parameters<typeof replyError>[1]): void =>
    replyError(exchange, error, identity, stage.limiter.headers(model.id));
  if (inputTokens > model.contextTokens) {
    return refuse(
      invalidRequest(`prompt is too long: ${inputTokens} tokens > ${model.contextTokens} maximum`),
    );
  }
  const visit = stage.cache.visit(request, pieces, model);
  const counted = inputTokens - visit.usage.cacheReadTokens;
  const overLimit = stage.limiter.admit(model.id, counted, stage.inFlight.now);
  if (overLimit !== undefined) return refuse(overLimit);

  const asked = toWorldRequest(ask, inputTokens);
  const fault = stage.pickFault(asked);
  exchange.note.fault = fault?.kind;
  const error = fault && (statusError(fault) ?? misfit(fault, asked));
  if (error !== undefined) return refuse(error);
  const stranger = fault && impostor(fault);
  if (stranger !== undefined && !isBilledUnheard(fault)) return send(exchange, stranger);

  const answer = await askWorld(stage, asked);
  if (answer instanceof Error) return refuse(apiError(500, answer.message));
  const waitMs = answer.latencyMs ?? stage.latencyMs(asked);
  if (waitMs > 0) await sleep(waitMs, undefined, { signal: exchange.signal });
  if (exchange.signal.aborted) return; // gone before the answer began: nothing is billed
  const message = begin(stage, ask, answer, visit, fault);
  if (stranger !== undefined) return send(exchange, stranger);
  const reply = toReply(distort(message, fault), asked.stream, fault, identity.requestId);
  const headers = { ...reply.headers, ...stage.limiter.headers(model.id), "request-id": identity.requestId };
  return send(exchange, { ...reply, headers });
}

function send({ response, note, signal }: Exchange, reply: Reply): Promise<void> {
  if (!reply.stop?.beforeHeaders) note.status = reply.status;
  return transmit(response, reply, signal);
}

/** The answer begins: from here on it is billed, and what it wrote to the cache can be read. */
export function begin(
  stage: Stage,
  ask: Ask,
  answer: WorldAnswer,
  visit: CacheVisit,
  fault: Fault | undefined,
  serviceTier: "standard" | "batch" = "standard",
): WireMessage {
  const { request, model, identity } = ask;
  visit.commit();
  const message = toMessage(request, answer, identity, visit.usage, serviceTier);
  const outputTokens = message.usage.output_tokens;
  // Batches have limits of their own.
  if (serviceTier === "standard") stage.limiter.spendOutput(model.id, outputTokens);
  stage.bill.add({
    ...visit.usage,
    requestId: identity.requestId,
    messageId: identity.messageId,
    model: billedModel(request.model, fault),
    outputTokens,
    speed: request.speed,
    geo: request.inference_geo,
    serviceTier,
  });
  return message;
}

/** A request as the world sees it. */
export function toWorldRequest({ request, model, identity }: Ask, inputTokens: number): WorldRequest {
  return {
    model: model.id,
    line: model.line,
    system: textOf(request.system),
    lastUserText: textOf(request.messages.findLast((message) => message.role === "user")?.content),
    schema: request.output_config?.format?.schema,
    effort: request.output_config?.effort ?? undefined,
    maxTokens: request.max_tokens ?? 0,
    stream: request.stream === true,
    inputTokens,
    hash: identity.hash,
    occurrence: identity.occurrence,
    body: request,
  };
}

function misfit(fault: Fault, request: WorldRequest): ReturnType<typeof apiError> | undefined {
  if (!needsStream(fault) || request.stream) return undefined;
  return apiError(
    500,
    `The fault "${fault.kind}" fits only a request with "stream": true, and this one asks for JSON.`,
  );
}

/** Asks the world; cache warming (`max_tokens: 0`) asks nobody. */
export async function askWorld(stage: Stage, request: WorldRequest): Promise<WorldAnswer | Error> {
  if (request.maxTokens === 0) return {};
  try {
    return await stage.world.answer(request);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
