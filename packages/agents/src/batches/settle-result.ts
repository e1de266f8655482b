// From the result of one request of a batch to what is recorded of its call, and to an answer.
import type { Answer, CallFailure, CallJournal, Fault } from "@terrace/core";
import { billAnswer, billMessage, NO_COST } from "../call-bill.js";
import { classifyFailure, toFault } from "../classify.js";
import { judgeMessage } from "../classify-message.js";
import { termsOf } from "../client-setup.js";
import { circumstancesOf } from "../exchange.js";
import type { FaultCode } from "../faults.js";
import { readMessage } from "../message-schema.js";
import type { ModelReply, ModelRequest } from "../model-client.js";
import type { ItemResult } from "./batch-calls.js";
import type { BatchingDeps } from "./batching-deps.js";

/** A call that is in a batch. */
export interface BatchedCall {
  readonly callId: string;
  /** In milliseconds since 1970. */
  readonly sentAt: number;
  readonly request: ModelRequest;
  readonly calls: CallJournal;
}

/** Records what became of a call in a batch, and judges its answer by the rules for a call that was sent live. */
export async function settleResult(
  deps: BatchingDeps,
  call: BatchedCall,
  result: ItemResult,
): Promise<Answer<ModelReply>> {
  switch (result.type) {
    case "succeeded":
      return succeed(deps, call, result.message);
    case "errored":
      return failCall(deps, call, faultOfError(deps, call, result.error), NO_COST);
    case "expired":
      return failCall(deps, call, faultOf(deps, call, "BATCH_EXPIRED"), NO_COST);
    case "canceled":
      return failCall(deps, call, faultOf(deps, call, "CANCELLED"), NO_COST);
    default:
      return result satisfies never;
  }
}

/** A fault of a call in a batch. */
export function faultOf(deps: BatchingDeps, { request }: BatchedCall, code: FaultCode): Fault {
  return toFault(code, circumstancesOf(deps, request, {}));
}

/** Records that a call brought no answer. */
export async function failCall(
  deps: BatchingDeps,
  call: BatchedCall,
  fault: Fault,
  cost: Pick<CallFailure, "usage" | "costMicroUsd">,
): Promise<Answer<ModelReply>> {
  await call.calls.failed(call.callId, { fault, latencyMs: latencyOf(deps, call), ...cost });
  return { outcome: fault.outcome, fault };
}

async function succeed(deps: BatchingDeps, call: BatchedCall, sent: unknown): Promise<Answer<ModelReply>> {
  const { request, calls, callId } = call;
  const circumstances = circumstancesOf(deps, request, {});
  const terms = { ...termsOf(deps, request), urgency: "batch" as const };
  const read = reading(sent);
  if ("error" in read) {
    const { fault } = classifyFailure(read.error, { ...circumstances, wire: { status: 200 } });
    return failCall(deps, call, fault, { usage: null, costMicroUsd: null });
  }
  const { message, raw } = read;
  if (message.stop_reason === null) {
    return failCall(deps, call, toFault("NO_STOP_REASON", circumstances), billMessage(message, terms));
  }
  const bill = billAnswer(message, request.model, { terms, warn: deps.warn });
  const stopReason = message.stop_reason;
  const latencyMs = latencyOf(deps, call);
  await calls.answered(callId, { ...bill, requestId: null, stopReason, latencyMs, raw });
  return judgeMessage(message, request.model, circumstances);
}

function reading(sent: unknown): ReturnType<typeof readMessage> | { readonly error: unknown } {
  try {
    return readMessage(sent);
  } catch (error) {
    return { error };
  }
}

/** The error of one request of a batch is the one that it would have got alone. */
function faultOfError(deps: BatchingDeps, { request }: BatchedCall, body: unknown): Fault {
  const outer = Object(body) as { readonly error?: unknown };
  const error = Object(outer.error) as { readonly type?: unknown; readonly message?: unknown };
  const details = Object((error as { readonly details?: unknown }).details) as {
    readonly error_code?: unknown;
  };
  const said = typeof error.message === "string" ? error.message : "";
  const thrown = Object.assign(new Error(said), {
    status: undefined,
    error: outer,
    type: error.type,
    errorCode: details.error_code,
    apiMessage: said,
  });
  return classifyFailure(thrown, circumstancesOf(deps, request, {})).fault;
}

function latencyOf({ env }: BatchingDeps, { sentAt }: BatchedCall): number {
  return Math.max(0, env.now() - sentAt);
}
