// A question in the API's words: what the prompt cache can keep comes first, and ends in the one breakpoint.
import type Anthropic from "@anthropic-ai/sdk";
import type { Effort } from "@terrace/core";
import type { ModelRequest } from "./model-client.js";
import { isCacheable, mostTokens, takesEffort } from "./model-rules.js";
import { wellFormed } from "./preflight.js";

/** The body of a request, but for how it is sent. */
export interface RequestParams {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: Anthropic.TextBlockParam[];
  readonly messages: [{ readonly role: "user"; readonly content: string }];
  readonly output_config: { readonly effort?: Effort; readonly format: Anthropic.JSONOutputFormat };
}

/** The body of a request. An effort that the model does not take is left out. */
export function toParams({ model, maxTokens, system, user, effort, schema }: ModelRequest): RequestParams {
  const parts = system.filter((text) => text !== "").map((text) => toText(wellFormed(text)));
  const last = parts.at(-1);
  const bytes = parts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (last !== undefined && isCacheable(model, bytes)) last.cache_control = { type: "ephemeral" };
  const format = { type: "json_schema" as const, schema: schema as Record<string, unknown> };
  return {
    model,
    max_tokens: mostTokens(model, maxTokens),
    ...(parts.length === 0 ? {} : { system: parts }),
    messages: [{ role: "user", content: wellFormed(user) }],
    output_config: effort !== null && takesEffort(model, effort) ? { effort, format } : { format },
  };
}

function toText(text: string): Anthropic.TextBlockParam {
  return { type: "text", text };
}

/** Names the prefix that a request shares with others, and that is worth a place in the cache; `undefined` without one. */
export function prefixOf({ model, system, output_config }: RequestParams): string | undefined {
  const isMarked = system?.some(({ cache_control }) => cache_control != null) ?? false;
  return isMarked ? JSON.stringify([model, output_config, system]) : undefined;
}
