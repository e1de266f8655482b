// Claude through Anthropic's own client: one request, sent once, recorded before it leaves and before it is read.
import type Anthropic from "@anthropic-ai/sdk";
import type { Answer, CallJournal } from "@terrace/core";
import { Batching } from "./batches/batching.js";
import { billAnswer } from "./call-bill.js";
import { fitIntent, toIntent } from "./call-intent.js";
import { toFault } from "./classify.js";
import { judgeMessage } from "./classify-message.js";
import { baseUrlOf } from "./client-fields.js";
import {
  type AnthropicClientOptions,
  type Setup,
  settled,
  termsOf,
  toSetup,
  withOwn,
} from "./client-setup.js";
import { circumstancesOf, exchange } from "./exchange.js";
import { type StandIn, type Way, withStandIns } from "./fallbacks.js";
import { harmless } from "./fault-text.js";
import type { FaultCode } from "./faults.js";
import { governorOf } from "./governors.js";
import { readMessage } from "./message-schema.js";
import type { ModelClient, ModelReply, ModelRequest } from "./model-client.js";
import { refuseRequest } from "./preflight.js";
import { priceOf } from "./prices.js";
import { prefixOf, type RequestParams, toParams } from "./request-params.js";
import { FREE_TURN, type Turn } from "./warm-first.js";
import type { Wire } from "./wire-watch.js";

export type { AnthropicClientOptions, Fallback, MessagesClient } from "./client-setup.js";

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
  const main = toWay(setup);
  const standIns = toStandIns(options, setup, main);
  const way = standIns.length === 0 ? main : withStandIns(main, standIns, setup);
  const batching = new Batching({ ...setup, live: way.ask, refuse: (params) => refuse(setup, params) });
  return {
    ask: async (request, calls) =>
      way.recall(request, calls) ?? (request.urgency === "batch" ? batching : way).ask(request, calls),
    paceOf: (model) => way.paceOf(model),
    priceOf: (model, usage, terms) => priceOf(model, usage, withOwn(setup, terms)),
  };
}

function toWay(setup: Setup): Way {
  return {
    recall: (request, calls) => recall(setup, request, calls),
    ask: (request, calls) => ask(setup, request, calls),
    paceOf: (model) => governorOf(settled(setup), model).pace(setup.env.monotonic()),
  };
}

/** The ways of the fallbacks; one without a client of its own goes the main way, to another model. */
function toStandIns(options: AnthropicClientOptions, { warn }: Setup, main: Way): readonly StandIn[] {
  const { fallbacks = [] } = options;
  return fallbacks.map(({ client, models = {} }) => ({
    way: client === undefined ? main : toWay(toSetup({ ...options, client, warn })),
    modelFor(model) {
      if (Object.hasOwn(models, model)) return models[model];
      return client === undefined ? undefined : model;
    },
  }));
}

function recall(setup: Setup, request: ModelRequest, calls: CallJournal): Answer<ModelReply> | undefined {
  if (request.signal.aborted) return undefined;
  const recorded = calls.recorded(toIntent(toParams(request), termsOf(setup, request)).key);
  if (recorded === undefined) return undefined;
  const { message } = readMessage(recorded.raw);
  return judgeMessage(message, request.model, circumstancesOf(setup, request, {}), offersTools(request));
}

async function ask(setup: Setup, request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>> {
  const { model, signal, effort } = request;
  const asked = toParams(request);
  const wire: Wire = {};
  if (signal.aborted) return refused("CANCELLED", setup, request, wire);
  if (effort !== null && asked.output_config.effort === undefined) {
    setup.warn(`"${harmless(model)}" takes no effort "${effort}"; it is asked without one.`);
  }
  const refusal = refuse(setup, asked);
  if (refusal !== undefined) return refused(refusal, setup, request, wire);
  const prefix = prefixOf(asked);
  const turn = prefix === undefined ? FREE_TURN : await setup.turnOf(prefix, signal);
  try {
    if (signal.aborted) return refused("CANCELLED", setup, request, wire);
    return await send({ setup, request, calls, wire, turn }, asked);
  } finally {
    turn.end();
  }
}

/** A call that may be made now. */
interface Asking {
  readonly setup: Setup;
  readonly request: ModelRequest;
  readonly calls: CallJournal;
  readonly wire: Wire;
  readonly turn: Turn;
}

async function send(
  { setup, request, calls, wire, turn }: Asking,
  asked: RequestParams,
): Promise<Answer<ModelReply>> {
  const { model } = request;
  const terms = termsOf(setup, request);
  const fitting = fitIntent(asked, toIntent(asked, terms), calls.left(), terms);
  const params = { ...asked, max_tokens: fitting.maxTokens };
  const callId = await calls.sent(fitting);
  const { monotonic } = setup.env;
  const startedAt = monotonic();
  const governed = governorOf(settled(setup), model).begin(startedAt);
  let firstTokenMs: number | null = null;
  const end = await exchange(setup, request, params, wire, {
    heard: (headers) => governed.heard(headers, monotonic()),
    began() {
      firstTokenMs = Math.round(monotonic() - startedAt);
      turn.began();
    },
  });
  const endedAt = monotonic();
  const latencyMs = Math.round(endedAt - startedAt);
  if (end.kind === "failure") {
    const { fault, usage, costMicroUsd } = end;
    governed.end({ usage, fault }, endedAt);
    await calls.failed(callId, { fault, latencyMs, usage, costMicroUsd });
    return { outcome: fault.outcome, fault };
  }
  turn.began();
  const { message, raw } = end;
  const requestId = wire.headers?.get("request-id") ?? null;
  const bill = billAnswer(message, model, { terms, warn: setup.warn });
  governed.end({ usage: bill.usage }, endedAt);
  const times = { latencyMs, firstTokenMs };
  await calls.answered(callId, { ...bill, requestId, stopReason: message.stop_reason, ...times, raw });
  return judgeMessage(message, model, circumstancesOf(setup, request, wire), offersTools(request));
}

function offersTools({ tools = [] }: ModelRequest): boolean {
  return tools.length > 0;
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
