// Requests that may wait: put together into batches, waited for, and found again after a crash.
import type { Answer, CallIntent, CallJournal, PendingCall } from "@terrace/core";
import { NO_COST } from "../call-bill.js";
import { fitIntent, toIntent } from "../call-intent.js";
import { classifyFailure, toFault } from "../classify.js";
import { termsOf } from "../client-setup.js";
import { circumstancesOf } from "../exchange.js";
import type { FaultCode } from "../faults.js";
import type { ModelReply, ModelRequest } from "../model-client.js";
import { type RequestParams, toParams } from "../request-params.js";
import { type BatchApi, batchApiOf } from "./batch-api.js";
import { BatchCalls, type Miss } from "./batch-calls.js";
import type { BatchingDeps } from "./batching-deps.js";
import { customIdOf } from "./custom-id.js";
import { BatchFinder } from "./find-batch.js";
import { Gathering } from "./gathering.js";
import { longLived } from "./long-lived.js";
import { type BatchedCall, failCall, faultOf, settleResult } from "./settle-result.js";
import { type Arrival, WaitingBatch } from "./waiting-batch.js";

/** A request that waits for others. */
interface Member {
  readonly request: ModelRequest;
  readonly calls: CallJournal;
  readonly params: RequestParams;
  readonly intent: CallIntent;
  readonly bytes: number;
  readonly resolve: (answer: Answer<ModelReply> | Promise<Answer<ModelReply>>) => void;
  readonly reject: (error: unknown) => void;
}

/** A request whose intent is recorded. */
interface Sent extends BatchedCall {
  readonly member: Member;
  readonly params: RequestParams;
}

/** The batches of one client. */
export class Batching {
  readonly #deps: BatchingDeps;
  readonly #gathering: Gathering<Member>;
  readonly #batches = new Map<string, WaitingBatch>();
  #calls: BatchCalls | undefined;
  #finder: BatchFinder | undefined;

  constructor(deps: BatchingDeps) {
    this.#deps = deps;
    const { env, batches: settings } = deps;
    this.#gathering = new Gathering({ env, settings, onReady: (members) => void this.#send(members) });
  }

  /** Answers a request that may wait: from a batch that is out, or from a new one. */
  async ask(request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>> {
    const api = batchApiOf(this.#deps.client);
    if (api === undefined) return this.#sendNow(request, calls);
    this.#open(api);
    if (request.signal.aborted) return this.#refuse(request, "CANCELLED");
    const params = toParams(request);
    const terms = { ...termsOf(this.#deps, request), urgency: "batch" as const };
    const intent: CallIntent = { ...toIntent(params, terms), urgency: "batch" };
    const pending = calls.pending(intent.key);
    const taken = pending && (await this.#takeOver(pending, request, calls));
    if (taken !== undefined) return taken;
    const refusal = this.#deps.refuse(params);
    return refusal === undefined
      ? this.#join({ request, calls, params, intent })
      : this.#refuse(request, refusal);
  }

  #open(api: BatchApi): BatchCalls {
    const { env } = this.#deps;
    const limits = this.#deps.limitsOf(false);
    // A batch has many answers, each as large as may be.
    const roomy = { ...limits, deadlineMs: limits.deadlineMs * 6, maxBytes: limits.maxBytes * 1_000 };
    this.#calls ??= new BatchCalls({ api, env, limits: roomy });
    return this.#calls;
  }

  /** Outside of any batch, in a slot of those that do not wait. */
  #sendNow(request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>> {
    const send = (): Promise<Answer<ModelReply>> => this.#deps.live(request, calls);
    return request.inSlot === undefined ? send() : request.inSlot(send);
  }

  #refuse(request: ModelRequest, code: FaultCode): Answer<ModelReply> {
    const fault = toFault(code, circumstancesOf(this.#deps, request, {}));
    return { outcome: fault.outcome, fault };
  }

  #join(asked: Omit<Member, "bytes" | "resolve" | "reject">): Promise<Answer<ModelReply>> {
    const { signal } = asked.request;
    return new Promise((resolve, reject) => {
      const bytes = Buffer.byteLength(JSON.stringify(asked.params)) + ENVELOPE_BYTES;
      const leave = (): void => {
        // What is being sent is told what came of it, whoever wants to leave.
        if (this.#gathering.remove(member)) resolve(this.#refuse(asked.request, "CANCELLED"));
      };
      const member: Member = {
        ...asked,
        bytes,
        resolve: (answer) => {
          signal.removeEventListener("abort", leave);
          resolve(answer);
        },
        reject: (error) => {
          signal.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#gathering.add(member);
    });
  }

  /** Sends those that have come together. Never rejects: each of them is told what came of it. */
  async #send(members: readonly Member[]): Promise<void> {
    const [only] = members;
    if (members.length === 1 && only !== undefined && !this.#deps.batches.single) {
      only.resolve(this.#sendNow(only.request, only.calls));
      return;
    }
    const intended = await Promise.all(members.map((member) => this.#intend(member)));
    const sent = intended.filter((call) => call !== undefined);
    if (sent.length === 0) return;
    const requests = sent.map(({ callId, params }) => ({ custom_id: customIdOf(callId), params }));
    const created = await this.#known.create({ requests } as unknown as Parameters<BatchApi["create"]>[0]);
    if (created.ok) for (const call of sent) this.#created(call, created.value.id);
    else for (const call of sent) call.member.resolve(this.#notCreated(call, created));
  }

  get #known(): BatchCalls {
    if (this.#calls === undefined) throw new Error("Nobody has asked for a batch yet.");
    return this.#calls;
  }

  /** Records the intent; whom the budget does not bear is told so, and the others go on. */
  async #intend(member: Member): Promise<Sent | undefined> {
    const { request, calls, intent, params } = member;
    try {
      const terms = { ...termsOf(this.#deps, request), urgency: "batch" as const };
      const fitting = fitIntent(params, intent, calls.left(), terms);
      const sentAt = this.#deps.env.now();
      const callId = await calls.sent(fitting);
      const call = { callId, sentAt, request, calls };
      if (!request.signal.aborted)
        return { ...call, member, params: longLived({ ...params, max_tokens: fitting.maxTokens }) };
      // Nothing of it has left.
      member.resolve(failCall(this.#deps, call, faultOf(this.#deps, call, "CANCELLED"), NO_COST));
    } catch (error) {
      member.reject(error);
    }
    return undefined;
  }

  #created(call: Sent, batchId: string): void {
    const { member, calls, callId, request } = call;
    const batch = this.#batchOf(batchId, false);
    // Waited for from here on, so that nobody else thinks the batch idle; recorded before anybody leaves.
    const arrival = batch.wait(customIdOf(callId), request.signal);
    const recorded = calls.batched(callId, batchId);
    member.resolve(recorded.then(async () => this.#arrived(call, await arrival)));
  }

  /** The batch was refused, or nobody knows whether there is one. */
  async #notCreated(call: Sent, miss: Miss): Promise<Answer<ModelReply>> {
    const { fault, isFree } = this.#classify(call.request, miss);
    // A server that failed may have kept what it got.
    const isSure = isFree && (miss.wire.status ?? 0) < 500;
    const found = isSure ? undefined : await this.#find(call);
    return found ?? failCall(this.#deps, call, fault, NO_COST);
  }

  #classify(request: ModelRequest, { error, wire, cut }: Miss): ReturnType<typeof classifyFailure> {
    return classifyFailure(error, { ...circumstancesOf(this.#deps, request, wire), cut });
  }

  /** Waits for a call that an earlier process sent; `undefined` when it surely never arrived, which is recorded. */
  async #takeOver(
    { callId, batchId, sentAt }: PendingCall,
    request: ModelRequest,
    calls: CallJournal,
  ): Promise<Answer<ModelReply> | undefined> {
    const call = { callId, sentAt, request, calls };
    if (batchId !== null) {
      const batch = this.#batchOf(batchId, true);
      return this.#arrived(call, await batch.wait(customIdOf(callId), request.signal));
    }
    const found = await this.#find(call);
    if (found === undefined)
      await failCall(this.#deps, call, faultOf(this.#deps, call, "BATCH_LOST"), NO_COST);
    return found;
  }

  /** The answer to a call of which no batch is known; `undefined` when there surely is none. */
  async #find(call: BatchedCall): Promise<Answer<ModelReply> | undefined> {
    const { env, batches, limitsOf } = this.#deps;
    this.#finder ??= new BatchFinder({
      calls: this.#known,
      batchOf: (id: string) => this.#batchOf(id, true),
      env,
      appearMs: batches.appearMs,
      createMs: limitsOf(false).deadlineMs,
    });
    const sought = { customId: customIdOf(call.callId), sentAt: call.sentAt };
    const arrival = await this.#finder.find(sought, call.request.signal);
    if (arrival.kind === "missing") return undefined;
    if (arrival.kind === "result") await call.calls.batched(call.callId, arrival.batchId);
    return this.#arrived(call, arrival);
  }

  #batchOf(id: string, isOld: boolean): WaitingBatch {
    const known = this.#batches.get(id);
    if (known !== undefined) return known;
    const { env, batches: settings } = this.#deps;
    const onIdle = (): void => void this.#batches.delete(id);
    const batch = new WaitingBatch({ id, calls: this.#known, env, settings, isOld, onIdle });
    this.#batches.set(id, batch);
    return batch;
  }

  async #arrived(call: BatchedCall, arrival: Arrival): Promise<Answer<ModelReply>> {
    switch (arrival.kind) {
      case "result":
        return settleResult(this.#deps, call, arrival.result);
      case "missing":
        // It may have been done and paid for.
        return failCall(this.#deps, call, faultOf(this.#deps, call, "BATCH_LOST"), {
          usage: null,
          costMicroUsd: null,
        });
      case "left":
        return this.#refuse(call.request, "CANCELLED");
      case "unreachable": {
        // The call stays open: whoever asks again waits for the same batch.
        const { fault } = this.#classify(call.request, arrival.miss);
        return { outcome: fault.outcome, fault };
      }
      default:
        return arrival satisfies never;
    }
  }
}

/** What a request takes in a batch besides its own body. */
const ENVELOPE_BYTES = 128;
