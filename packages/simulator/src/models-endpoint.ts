// GET /v1/models and GET /v1/models/{id}.
import { apiError, invalidRequest } from "./errors.js";
import { type Exchange, replyError, replyJson } from "./exchange.js";
import type { Stage } from "./messages.js";
import { EFFORTS, findModel, MODELS, type ModelRules } from "./models.js";
import { type Checked, checkHeaders, refused } from "./validate.js";

/** Answers the list of models, paged by `limit` and `after_id`, or one model. */
export function answerModels(stage: Stage, exchange: Exchange, url: URL): void {
  const identity = stage.identities.of(url.pathname + url.search);
  exchange.note.requestId = identity.requestId;
  const headerError = checkHeaders(exchange.request.headers);
  const found: Checked<unknown> = headerError === undefined ? find(url) : refused(headerError);
  if (!found.ok) replyError(exchange, found.error, identity);
  else replyJson(exchange, 200, JSON.stringify(found.value), { "request-id": identity.requestId });
}

function find(url: URL): Checked<unknown> {
  const id = url.pathname.slice("/v1/models/".length);
  if (id !== "") {
    const model = findModel(id);
    return model === undefined
      ? refused(apiError(404, `model: ${id}`))
      : { ok: true, value: toModelInfo(model) };
  }
  const limit = Number(url.searchParams.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    return refused(invalidRequest("limit: Input should be between 1 and 1000"));
  }
  const after = url.searchParams.get("after_id");
  const from = after === null ? 0 : MODELS.findIndex((model) => model.id === after) + 1;
  const data = MODELS.slice(from, from + limit).map(toModelInfo);
  const page = {
    data,
    has_more: from + limit < MODELS.length,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
  return { ok: true, value: page };
}

function toModelInfo(model: ModelRules): Readonly<Record<string, unknown>> & { readonly id: string } {
  const can = (supported: boolean): { readonly supported: boolean } => ({ supported });
  const hasEffort = model.defaultEffort !== undefined;
  const kinds = ["adaptive", "between_tools", "disabled", "enabled"] as const;
  return {
    type: "model",
    id: model.id,
    display_name: model.displayName,
    created_at: model.releasedAt,
    line: model.line,
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: model.contextTokens,
    max_tokens: model.maxOutputTokens,
    capabilities: {
      batch: can(false),
      citations: can(true),
      code_execution: can(false),
      context_management: can(false),
      effort: { ...can(hasEffort), ...Object.fromEntries(EFFORTS.map((effort) => [effort, can(hasEffort)])) },
      image_input: can(true),
      pdf_input: can(true),
      server_tools: can(false),
      structured_outputs: can(true),
      thinking: {
        ...can(true),
        types: Object.fromEntries(kinds.map((kind) => [kind, can(model.thinking.includes(kind))])),
      },
    },
  };
}
