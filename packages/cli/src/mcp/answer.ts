import type { CallToolResult } from "@modelcontextprotocol/server";
import { OrchestrationError } from "@terrace/core";
import { UsageError } from "../surroundings.js";
import type { McpContext } from "./mcp-context.js";

/** What a tool has to say: to whoever reads, and to whoever computes. */
export interface Told {
  readonly said: string;
  readonly output: object;
}

/** A tool's answer. What goes wrong is an answer, too: in plain words, and without a stack trace. */
export async function answer(
  { onUnexpected, answering }: Pick<McpContext, "onUnexpected" | "answering">,
  work: () => Promise<Told>,
): Promise<CallToolResult> {
  const answered = tell(onUnexpected, work);
  answering.add(answered);
  try {
    return await answered;
  } finally {
    answering.delete(answered);
  }
}

async function tell(
  onUnexpected: McpContext["onUnexpected"],
  work: () => Promise<Told>,
): Promise<CallToolResult> {
  try {
    const { said, output } = await work();
    return { content: [{ type: "text", text: said }], structuredContent: { ...output } };
  } catch (error) {
    return { content: [{ type: "text", text: plainWords(error, onUnexpected) }], isError: true };
  }
}

/** What went wrong, for whoever asked; what nobody foresaw is told to the person who runs the server. */
export function plainWords(error: unknown, onUnexpected: McpContext["onUnexpected"]): string {
  if (error instanceof UsageError || OrchestrationError.is(error)) return error.message;
  onUnexpected(error);
  return "Something unexpected went wrong in the server. Its standard error says what; ask again, or ask the person who runs it.";
}
