// The requests of a batch: the world is asked at once, and what it said counts when the request is done.
import { apiError } from "../errors.js";
import { type Ask, askWorld, begin, type Stage, toWorldRequest } from "../messages.js";
import { findModel } from "../models.js";
import { countPrompt, promptPieces } from "../tokens.js";
import type { ItemResult, PreparedItem } from "./batch.js";
import { type BatchRequest, checkItem } from "./batch-body.js";

/** Prepares the requests of the nth batch. */
export function prepareItems(
  stage: Stage,
  requests: readonly BatchRequest[],
  n: number,
): Promise<readonly PreparedItem[]> {
  return Promise.all(requests.map((request, index) => prepare(stage, request, index, n)));
}

async function prepare(
  stage: Stage,
  { custom_id: customId, params }: BatchRequest,
  index: number,
  batch: number,
): Promise<PreparedItem> {
  const identity = stage.identities.of(params);
  const as = (finish: () => ItemResult): PreparedItem => ({ customId, hash: identity.hash, finish });
  const fails = (status: number, message: string): PreparedItem =>
    as(() => errored(apiError(status, message), identity.requestId));
  const outcome = stage.batches.options.outcome?.({ customId, index, batch });
  if (outcome?.type === "errored") {
    return fails(outcome.status, outcome.message ?? `The simulator was told to answer ${outcome.status}.`);
  }
  if (outcome !== undefined) return as(() => ({ type: outcome.type }));
  const checked = checkItem(params);
  if (!checked.ok) return fails(checked.error.status, checked.error.message);
  const model = findModel(checked.value.model);
  if (model === undefined) return fails(404, `model: ${checked.value.model}`);
  const ask: Ask = { request: checked.value, model, identity };
  const pieces = promptPieces(ask.request);
  const inputTokens = countPrompt(pieces);
  if (inputTokens > model.contextTokens)
    return fails(400, `prompt is too long: ${inputTokens} tokens > ${model.contextTokens} maximum`);
  const answer = await askWorld(stage, toWorldRequest(ask, inputTokens));
  if (answer instanceof Error) return fails(500, answer.message);
  return as(() => {
    const visit = stage.cache.visit(ask.request, pieces, model);
    return { type: "succeeded", message: begin(stage, ask, answer, visit, undefined, "batch") };
  });
}

function errored({ type, message }: ReturnType<typeof apiError>, requestId: string): ItemResult {
  return { type: "errored", error: { type: "error", error: { type, message }, request_id: requestId } };
}
