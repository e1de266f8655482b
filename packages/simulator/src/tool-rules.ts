// What the Messages API refuses about tools: the choice, the names, and calls that lack their results.
import type { ContentBlock } from "./blocks.js";
import type { ModelRules } from "./models.js";
import type { MessagesRequest, RequestMessage } from "./request.js";

/** What is wrong with a request's tools, tool choice, tool calls or tool results; `undefined` when nothing is. */
export function toolIssue(request: MessagesRequest, model: ModelRules): string | undefined {
  return choiceIssue(request, model) ?? namesIssue(request) ?? pairingIssue(request);
}

function choiceIssue(
  { tool_choice: choice, tools = [] }: MessagesRequest,
  model: ModelRules,
): string | undefined {
  if (choice === undefined) return undefined;
  if (choice.type !== "none" && tools.length === 0)
    return "tool_choice: may only be specified while providing `tools`.";
  if (choice.type !== "any" && choice.type !== "tool") return undefined;
  if (!model.forcedToolChoice)
    return `tool_choice: '${choice.type}' is not supported by ${model.id}. Use 'auto' or 'none'.`;
  if (choice.type === "tool" && !tools.some((tool) => tool.name === choice.name)) {
    return `tool_choice: Tool '${choice.name ?? ""}' not found in provided tools`;
  }
  return undefined;
}

function namesIssue({ tools = [] }: MessagesRequest): string | undefined {
  return new Set(tools.map((tool) => tool.name)).size === tools.length
    ? undefined
    : "tools: Tool names must be unique.";
}

function pairingIssue({ messages, tools = [] }: MessagesRequest): string | undefined {
  let open: readonly string[] = [];
  for (const [index, message] of merged(messages).entries()) {
    const results = idsOf(message, "tool_result", "tool_use_id");
    const stray = results.find((id) => !open.includes(id));
    if (stray !== undefined) {
      return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    const missing = open.filter((id) => !results.includes(id));
    if (missing.length > 0) {
      return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}.`;
    }
    const types = message.content.map((block) => block.type);
    if (results.length > 0 && types.lastIndexOf("tool_result") >= results.length) {
      return `messages.${index}: \`tool_result\` blocks must come before other content.`;
    }
    open = idsOf(message, "tool_use", "id");
    if (open.length + results.length > 0 && tools.length === 0) {
      return "Requests which include `tool_use` or `tool_result` blocks must define tools.";
    }
  }
  return open.length === 0
    ? undefined
    : `messages: \`tool_use\` ids without \`tool_result\` blocks: ${open.join(", ")}.`;
}

/** Turns in a row by the same role count as one, as the API merges them; system turns are no part of the exchange. */
function merged(
  messages: readonly RequestMessage[],
): { readonly role: string; readonly content: ContentBlock[] }[] {
  const turns: { role: string; content: ContentBlock[] }[] = [];
  for (const { role, content } of messages) {
    if (role === "system") continue;
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  }
  return turns;
}

function idsOf(
  message: { readonly content: readonly ContentBlock[] },
  type: string,
  field: string,
): string[] {
  return message.content.filter((block) => block.type === type).map((block) => String(block[field]));
}
