// What the Messages API refuses although the body has the right shape: rules that tie fields together or depend on the model.
//
// @see Anthropic's model, thinking, tool-use, structured-outputs and prompt-caching pages, read 2026-11-21.
import type { ContentBlock } from "./blocks.js";
import { type ApiError, apiError, invalidRequest } from "./errors.js";
import { EFFORTS, findModel, type ModelRules } from "./models.js";
import type { MessagesRequest, RequestMessage } from "./request.js";
import { checkSchema, checkTally } from "./schema-rules.js";
import { toolIssue } from "./tool-rules.js";

/** Most cache breakpoints in one request, an automatic one included. */
const MAX_BREAKPOINTS = 4;

/** Most tools with `strict: true` in one request. */
const MAX_STRICT_TOOLS = 20;

/** What is wrong with a request of the right shape; `undefined` when the real API would accept it. */
export function checkRules(request: MessagesRequest): ApiError | undefined {
  const model = findModel(request.model);
  if (model === undefined) return apiError(404, `model: ${request.model}`);
  const issue =
    messagesIssue(request.messages, model) ??
    lengthIssue(request, model) ??
    thinkingIssue(request, model) ??
    toolIssue(request, model) ??
    schemaIssue(request) ??
    breakpointIssue(request) ??
    speedIssue(request);
  return issue === undefined ? undefined : invalidRequest(issue);
}

function messagesIssue(messages: readonly RequestMessage[], model: ModelRules): string | undefined {
  if (messages[0]?.role !== "user") return 'messages: first message must use the "user" role';
  for (const [index, { role, content }] of messages.entries()) {
    const empty = typeof content === "string" ? content.trim() === "" : content.length === 0;
    const optional = role === "assistant" && index === messages.length - 1;
    if (empty && !optional) return `messages.${index}: ${role} messages must have non-empty content`;
  }
  if (messages.at(-1)?.role === "assistant" && !model.prefill) {
    return "This model does not support assistant message prefill. The conversation must end with a user message.";
  }
  return undefined;
}

function lengthIssue(request: MessagesRequest, model: ModelRules): string | undefined {
  const { max_tokens: maxTokens } = request;
  if (maxTokens === undefined) return undefined;
  if (maxTokens > model.maxOutputTokens) {
    return `max_tokens: ${maxTokens} > ${model.maxOutputTokens}, which is the maximum allowed number of output tokens for ${model.id}`;
  }
  if (maxTokens > 0) return undefined;
  const clash =
    (request.stream === true && "stream") ||
    (request.thinking?.type === "enabled" && "thinking.enabled") ||
    (request.output_config?.format && "output_config.format") ||
    (["any", "tool"].includes(request.tool_choice?.type ?? "") && "a forced tool_choice");
  return clash ? `max_tokens: 0 cannot be combined with ${clash}` : undefined;
}

function thinkingIssue(request: MessagesRequest, model: ModelRules): string | undefined {
  const effort = request.output_config?.effort ?? undefined;
  if (effort !== undefined && model.defaultEffort === undefined) {
    return `output_config.effort: This model does not support the effort parameter.`;
  }
  const { thinking } = request;
  if (thinking === undefined) return undefined;
  if (!model.thinking.includes(thinking.type)) {
    return `thinking.type: '${thinking.type}' is not supported by ${model.id}. Supported: ${model.thinking.join(", ")}.`;
  }
  const effective = effort ?? model.defaultEffort ?? "high";
  const aboveHigh = EFFORTS.indexOf(effective) > EFFORTS.indexOf("high");
  const limited =
    thinking.type === "between_tools" || (thinking.type === "disabled" && model.disabledOnlyUpToHigh);
  if (limited && aboveHigh)
    return `thinking.type: '${thinking.type}' is not supported at effort '${effective}' by ${model.id}.`;
  const budget = thinking.budget_tokens;
  if (budget !== undefined && request.max_tokens !== undefined && budget >= request.max_tokens) {
    return "`max_tokens` must be greater than `thinking.budget_tokens`.";
  }
  return undefined;
}

function schemaIssue(request: MessagesRequest): string | undefined {
  const tally = { optionals: 0, unions: 0 };
  const format = request.output_config?.format;
  const strictTools = (request.tools ?? []).filter((tool) => tool.strict === true);
  if (strictTools.length > MAX_STRICT_TOOLS) {
    return `tools: At most ${MAX_STRICT_TOOLS} tools may be strict, got ${strictTools.length}.`;
  }
  const found = format ? checkSchema(format.schema, "output_config.format.schema", tally) : undefined;
  if (found !== undefined) return found;
  for (const tool of strictTools) {
    const issue = checkSchema(tool.input_schema ?? {}, `tools.${tool.name}.input_schema`, tally);
    if (issue !== undefined) return issue;
  }
  if (format && blocksOf(request).some((block) => hasCitations(block))) {
    return "output_config.format: Structured outputs cannot be combined with citations.";
  }
  return checkTally(tally);
}

function hasCitations(block: ContentBlock): boolean {
  const { citations } = block;
  return (
    typeof citations === "object" &&
    citations !== null &&
    "enabled" in citations &&
    citations.enabled === true
  );
}

function breakpointIssue(request: MessagesRequest): string | undefined {
  const marks = [...(request.tools ?? []), ...blocksOf(request), ...(request.cache_control ? [request] : [])]
    .map((holder) => holder.cache_control)
    .filter((mark) => mark !== undefined && mark !== null);
  if (marks.length > MAX_BREAKPOINTS) {
    return `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${marks.length}.`;
  }
  const firstShort = marks.findIndex((mark) => mark.ttl !== "1h");
  if (firstShort !== -1 && marks.slice(firstShort).some((mark) => mark.ttl === "1h")) {
    return "cache_control: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.";
  }
  return undefined;
}

function speedIssue(request: MessagesRequest): string | undefined {
  if (request.speed !== "fast" || request.model === "claude-opus-5-5") return undefined;
  return `speed: 'fast' is not supported by ${request.model}.`;
}

/** Every block of `system` and `messages` in order, those inside tool results just before the result itself. */
function blocksOf(request: MessagesRequest): ContentBlock[] {
  const system = typeof request.system === "string" ? [] : (request.system ?? []);
  const turns = request.messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  return [...system, ...turns].flatMap((block) => {
    const inner = block.content;
    return Array.isArray(inner) ? [...(inner as ContentBlock[]), block] : [block];
  });
}
