// Claude through Anthropic's own client: one request, sent once, recorded before it leaves and before it is read.
import type Anthropic from "@anthropic-ai/sdk";
import type { Answer, CallIntent, CallJournal } from "@terrace/core";
import { Batching } from "./batches/batching.js";
import { billAnswer } from "./call-bill.js";
import { fitIntent, toIntent } from "./call-intent.js";
import { toFault } from "./classify.js";
import { judgeMessage } from "./classify-message.js";
import {
  type AnthropicClientOptions,
  baseUrlOf,
  type Setup,
  termsOf,
  toSetup,
  withOwn,
} from "./client-setup.js";
import { circumstancesOf, exchange } from "./exchange.js";
import { harmless } from "./fault-text.js";
import type { FaultCode } from "./faults.js";
import { readMessage } from "./message-schema.js";
import type { ModelClient, ModelReply, ModelRequest } from "./model-client.js";
import { refuseRequest } from "./preflight.js";
import { priceOf } from "./prices.js";
import { prefixOf, type RequestParams, toParams } from "./request-params.js";
import { FREE_TURN, type Turn } from "./warm-first.js";
import type { Wire } from "./wire-watch.js";

export type { AnthropicClientOptions, MessagesClient } from "./client-setup.js";

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
  const batching = new Batching({ ...setup, live, refuse: (params) => refuse(setup, params) });
  return {
    ask: (request, calls) =>
      request.urgency === "batch" ? batching.ask(request, calls) : live(request, calls),
    priceOf: (model, usage, terms) => priceOf(model, usage, withOwn(setup, terms)),
  };
}

async function ask(setup: Setup, request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>> {
  const { model, signal, effort } = request;
  const asked = toParams(request);
  const wire: Wire = {};
  if (signal.aborted) return refused("CANCELLED", setup, request, wire);
  if (effort !== null && asked.output_config.effort === undefined) {
    setup.warn(`"${harmless(model)}" takes no effort "${effort}"; it is asked without one.`);
  }
  const intent = toIntent(asked, termsOf(setup, request));
  const recorded = calls.recorded(intent.key);
  if (recorded !== undefined) {
    return judgeMessage(readMessage(recorded.raw).message, model, circumstancesOf(setup, request, wire));
  }
  const refusal = refuse(setup, asked);
  if (refusal !== undefined) return refused(refusal, setup, request, wire);
  const prefix = prefixOf(asked);
  const turn = prefix === undefined ? FREE_TURN : await setup.turnOf(prefix, signal);
  try {
    if (signal.aborted) return refused("CANCELLED", setup, request, wire);
    return await send({ setup, request, calls, wire, turn }, asked, intent);
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
  intent: CallIntent,
): Promise<Answer<ModelReply>> {
  const { model } = request;
  const terms = termsOf(setup, request);
  const fitting = fitIntent(asked, intent, calls.left(), terms);
  const params = { ...asked, max_tokens: fitting.maxTokens };
  const callId = await calls.sent(fitting);
  const startedAt = setup.env.monotonic();
  const elapsedMs = (): number => Math.round(setup.env.monotonic() - startedAt);
  let firstTokenMs: number | null = null;
  const end = await exchange(setup, request, params, wire, () => {
    firstTokenMs = elapsedMs();
    turn.began();
  });
  const latencyMs = elapsedMs();
  if (end.kind === "failure") {
    const { fault, usage, costMicroUsd } = end;
    await calls.failed(callId, { fault, latencyMs, usage, costMicroUsd });
    return { outcome: fault.outcome, fault };
  }
  turn.began();
  const { message, raw } = end;
  const requestId = wire.headers?.get("request-id") ?? null;
  const bill = billAnswer(message, model, { terms, warn: setup.warn });
  const times = { latencyMs, firstTokenMs };
  await calls.answered(callId, { ...bill, requestId, stopReason: message.stop_reason, ...times, raw });
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
