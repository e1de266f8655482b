// A question in the API's words: what the prompt cache can keep comes first, and ends in the one breakpoint.
import type Anthropic from "@anthropic-ai/sdk";
import type { Effort, JsonValue } from "@terrace/core";
import type { ModelRequest, ModelTool, ToolResult, ToolTurn } from "./model-client.js";
import { isCacheable, mostTokens, takesEffort } from "./model-rules.js";
import { wellFormed } from "./preflight.js";

/** The body of a request, but for how it is sent. */
export interface RequestParams {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: Anthropic.TextBlockParam[];
  readonly tools?: Anthropic.ToolUnion[];
  readonly tool_choice?: { readonly type: "none" };
  readonly messages: Anthropic.MessageParam[];
  readonly output_config: { readonly effort?: Effort; readonly format: Anthropic.JSONOutputFormat };
}

/** The body of a request. An effort that the model does not take is left out. */
export function toParams(request: ModelRequest): RequestParams {
  const { model, maxTokens, system, user, effort, schema, tools = [], turns = [] } = request;
  const parts = system.filter((text) => text !== "").map((text) => toText(wellFormed(text)));
  const last = parts.at(-1);
  const bytes = parts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (last !== undefined && isCacheable(model, bytes)) last.cache_control = { type: "ephemeral" };
  const format = { type: "json_schema" as const, schema: schema as Record<string, unknown> };
  return {
    model,
    max_tokens: mostTokens(model, maxTokens),
    ...(parts.length === 0 ? {} : { system: parts }),
    ...(tools.length === 0 ? {} : { tools: tools.map(toTool) }),
    ...(request.isLast === true && tools.length > 0 ? { tool_choice: { type: "none" } } : {}),
    messages: [{ role: "user", content: wellFormed(user) }, ...toMessages(turns, model)],
    output_config: effort !== null && takesEffort(model, effort) ? { effort, format } : { format },
  };
}

function toTool(tool: ModelTool): Anthropic.ToolUnion {
  // The definition of a provider's own tool is in its words, which are for it to judge.
  if ("definition" in tool) return tool.definition as unknown as Anthropic.ToolUnion;
  const { name, description, schema } = tool;
  const input_schema = wellFormedIn(schema) as Anthropic.Tool.InputSchema;
  return { name, description: wellFormed(description), input_schema };
}

/** What followed the question. All of it is the same in the next request, so the last result ends what can be cached. */
function toMessages(turns: readonly ToolTurn[], model: string): Anthropic.MessageParam[] {
  const messages = turns.flatMap((turn): Anthropic.MessageParam[] => [
    { role: "assistant", content: wellFormedIn(turn.said) as unknown as Anthropic.ContentBlockParam[] },
    { role: "user", content: [...turn.results.map(toResult), ...toRemark(turn)] },
  ]);
  const last = messages.at(-1)?.content;
  const result = Array.isArray(last) ? last.findLast(({ type }) => type === "tool_result") : undefined;
  if (result?.type === "tool_result" && isCacheable(model, Buffer.byteLength(JSON.stringify(messages))))
    result.cache_control = { type: "ephemeral" };
  return messages;
}

function toResult({ useId, content, isError }: ToolResult): Anthropic.ToolResultBlockParam {
  const result = { type: "tool_result" as const, tool_use_id: useId, content: wellFormed(content) };
  return isError ? { ...result, is_error: true } : result;
}

function toRemark({ remark }: ToolTurn): readonly Anthropic.TextBlockParam[] {
  return remark === undefined ? [] : [toText(wellFormed(remark))];
}

function wellFormedIn(value: JsonValue): JsonValue {
  if (typeof value === "string") return wellFormed(value);
  if (Array.isArray(value)) return value.map(wellFormedIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wellFormedIn(item)]));
}

function toText(text: string): Anthropic.TextBlockParam {
  return { type: "text", text };
}

/** Names the prefix that a request shares with others, and that is worth a place in the cache; `undefined` without one. */
export function prefixOf({ model, system, tools, output_config }: RequestParams): string | undefined {
  const isMarked = system?.some(({ cache_control }) => cache_control != null) ?? false;
  return isMarked ? JSON.stringify([model, output_config, tools, system]) : undefined;
}
