// /v1/messages/batches: create, list, retrieve, results, cancel, delete.
import { apiError, invalidRequest } from "../errors.js";
import { type Exchange, readBody, replyError, replyJson } from "../exchange.js";
import { impostor, statusError } from "../fault-effects.js";
import type { RequestIdentity } from "../ids.js";
import type { Stage } from "../messages.js";
import { transmit } from "../transmit.js";
import { type Checked, checkHeaders, refused } from "../validate.js";
import type { Batch } from "./batch.js";
import { checkBatch, MAX_BATCH_BYTES } from "./batch-body.js";
import type { BatchCall, BatchFault } from "./batch-options.js";
import { prepareItems } from "./prepare-items.js";

const PATH = /^\/v1\/messages\/batches(?:\/([^/]+))?(?:\/(results|cancel))?$/;

/** Whether a path is one of those that are answered here. */
export function isBatchPath(path: string): boolean {
  return PATH.test(path);
}

/** A request about batches. */
interface Request {
  readonly exchange: Exchange;
  readonly url: URL;
  /** Of the batch it is about; empty when it is about none. */
  readonly id: string;
  readonly identity: RequestIdentity;
  readonly fault: BatchFault | undefined;
}

/** Answers one request about batches. */
export async function answerBatches(stage: Stage, exchange: Exchange, url: URL): Promise<void> {
  const { request, note } = exchange;
  const [, id = "", part = ""] = PATH.exec(url.pathname) ?? [];
  const body = await readBody(request, MAX_BATCH_BYTES);
  stage.log.keepBody(note, body.checked.ok ? body.raw : undefined, body.bytes);
  const identity = stage.identities.of(`${request.method} ${url.pathname}${url.search}`);
  note.requestId = identity.requestId;
  const call = callOf(request.method ?? "", id, part);
  const headerError = checkHeaders(request.headers);
  if (call === undefined || headerError !== undefined) {
    const error = headerError ?? apiError(404, `Not Found: ${request.method} ${url.pathname}`);
    return replyError(exchange, error, identity);
  }
  const fault = stage.batches.faultOf(call);
  note.fault = fault?.kind;
  const asked: Request = { exchange, url, id, identity, fault };
  const error = fault && statusError(fault as Parameters<typeof statusError>[0]);
  if (error !== undefined) return replyError(exchange, error, identity);
  if (isLost(fault) && !fault.billed) return lose(asked);
  await CALLS[call](stage, asked, body.checked);
}

function callOf(method: string, id: string, part: string): BatchCall | undefined {
  if (method === "POST") return id === "" ? "create" : part === "cancel" ? "cancel" : undefined;
  if (method === "DELETE") return id !== "" && part === "" ? "delete" : undefined;
  if (method !== "GET" || part === "cancel") return undefined;
  return id === "" ? "list" : part === "results" ? "results" : "retrieve";
}

type Answerer = (stage: Stage, asked: Request, body: Checked<unknown>) => void | Promise<void>;

const CALLS: Readonly<Record<BatchCall, Answerer>> = {
  create: async (stage, asked, body) => {
    const checked = body.ok ? checkBatch(body.value) : body;
    if (!checked.ok) return replyError(asked.exchange, checked.error, asked.identity);
    const n = stage.batches.next();
    const batch = stage.batches.add(n, await prepareItems(stage, checked.value, n));
    return reply(asked, batch.toWire(urlOf(asked)));
  },
  list: (stage, asked) => {
    const { searchParams } = asked.url;
    const limit = Number(searchParams.get("limit") ?? 20);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      const error = invalidRequest("limit: Input should be between 1 and 1000");
      return replyError(asked.exchange, error, asked.identity);
    }
    const [afterId, beforeId] = [searchParams.get("after_id"), searchParams.get("before_id")];
    const { batches, hasMore } = stage.batches.page({ limit, afterId, beforeId });
    const data = batches.map((batch) => batch.toWire(urlOf(asked)));
    const ends = { first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return reply(asked, { data, has_more: hasMore, ...ends });
  },
  retrieve: (stage, asked) => about(stage, asked, (batch) => ok(batch.toWire(urlOf(asked)))),
  cancel: (stage, asked) =>
    about(stage, asked, (batch) => {
      stage.batches.cancel(batch);
      return ok(batch.toWire(urlOf(asked)));
    }),
  delete: (stage, asked) =>
    about(stage, asked, (batch) => {
      if (!batch.isEnded) return refused(invalidRequest(`Batch ${batch.id} has not ended; cancel it first.`));
      stage.batches.delete(batch.id);
      return ok({ id: batch.id, type: "message_batch_deleted" });
    }),
  results: (stage, asked) => {
    const { exchange, id, identity, fault } = asked;
    const batch = stage.batches.find(id);
    if (batch === undefined || !batch.isEnded) {
      const error = batch === undefined ? unknown(id) : invalidRequest(`Batch ${id} has not ended.`);
      return replyError(exchange, error, identity);
    }
    const headers = { "content-type": "application/x-jsonl", "request-id": identity.requestId };
    exchange.note.status = 200;
    const stop =
      fault?.kind === "cut-body"
        ? { stop: { afterBytes: fault.afterBytes, end: "reset" as const } }
        : undefined;
    const frames = batch.lines();
    return transmit(
      exchange.response,
      { status: 200, headers, frames, chunked: true, ...stop },
      exchange.signal,
    );
  },
};

/** Answers a request about one batch. */
function about(
  stage: Stage,
  asked: Request,
  answer: (batch: Batch) => Checked<unknown>,
): void | Promise<void> {
  const batch = stage.batches.find(asked.id);
  const answered = batch === undefined ? refused(unknown(asked.id)) : answer(batch);
  if (!answered.ok) return replyError(asked.exchange, answered.error, asked.identity);
  return reply(asked, answered.value);
}

function ok(value: unknown): Checked<unknown> {
  return { ok: true, value };
}

function unknown(id: string): ReturnType<typeof apiError> {
  return apiError(404, `Message batch ${id} not found.`);
}

function reply(asked: Request, value: unknown): void | Promise<void> {
  if (isLost(asked.fault)) return lose(asked);
  replyJson(asked.exchange, 200, JSON.stringify(value), { "request-id": asked.identity.requestId });
}

type Lost = Extract<BatchFault, { readonly kind: "reset" | "hang" }>;

function isLost(fault: BatchFault | undefined): fault is Lost {
  return fault?.kind === "reset" || fault?.kind === "hang";
}

/** Nothing comes back, whether it was done or not. */
function lose({ exchange, fault }: Request): Promise<void> {
  const nothing = impostor(fault as Lost);
  if (nothing === undefined) throw new Error(`"${fault?.kind}" is no fault that loses an answer.`);
  return transmit(exchange.response, nothing, exchange.signal);
}

/** Where the client reached the simulator, which is where it will find the results. */
function urlOf({ exchange }: Request): string {
  return `http://${exchange.request.headers.host ?? "127.0.0.1"}`;
}
