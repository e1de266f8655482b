// One connection to one MCP server. The official client speaks the protocol; it is loaded when it is first needed.

import type { CallToolResult, Client, Tool as McpTool, Transport } from "@modelcontextprotocol/client";
import { harmless } from "../fault-text.js";
import type { McpServer } from "./mcp-config.js";
import { ToolSourceError } from "./tool.js";

/** A connection that stands. */
export interface McpConnection {
  /** What the server offers, as it was when the connection began. */
  readonly tools: readonly McpTool[];
  /** Whether the server, or the way to it, is gone. */
  readonly isGone: boolean;
  call(
    name: string,
    input: Record<string, unknown>,
    how: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<CallToolResult>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** How much is kept of what a server prints beside the protocol, in characters. */
const MOST_PRINTED = 2_000;

/**
 * Starts the server, or goes to it, and asks what it offers.
 *
 * @throws ToolSourceError when that takes too long, or goes wrong.
 */
export async function connectMcp(name: string, server: McpServer, connectMs: number): Promise<McpConnection> {
  const { Client } = await import("@modelcontextprotocol/client");
  const client = new Client({ name: "terrace", version: "0.1.0" });
  const printed = { text: "" };
  try {
    await client.connect(await transportTo(server, printed), { timeout: connectMs });
    const { tools } = await client.listTools(undefined, { timeout: connectMs });
    return standing(client, tools);
  } catch (cause) {
    await client.close().catch(() => {});
    throw notConnected(name, server, cause, printed.text);
  }
}

async function transportTo(server: McpServer, printed: { text: string }): Promise<Transport> {
  if ("url" in server) {
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
    const requestInit = { headers: { ...server.headers } };
    return new StreamableHTTPClientTransport(new URL(server.url), { requestInit });
  }
  const { StdioClientTransport, getDefaultEnvironment } = await import("@modelcontextprotocol/client/stdio");
  const { command, args = [], env = {}, cwd } = server;
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...getDefaultEnvironment(), ...env },
    stderr: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  transport.stderr?.on("data", (chunk: Buffer) => {
    printed.text = `${printed.text}${chunk.toString("utf8")}`.slice(-MOST_PRINTED);
  });
  return transport;
}

function standing(client: Client, tools: readonly McpTool[]): McpConnection {
  let isGone = false;
  client.onclose = () => {
    isGone = true;
  };
  return {
    tools,
    get isGone() {
      return isGone;
    },
    call: (name, input, { timeoutMs, signal }) =>
      client.callTool({ name, arguments: input }, { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs }),
    close: () => client.close().catch(() => {}),
  };
}

function notConnected(name: string, server: McpServer, cause: unknown, printed: string): ToolSourceError {
  const code = (cause as { code?: unknown } | null)?.code;
  const isMissing = code === "ENOENT" || code === "EACCES";
  const secrets = Object.values(("url" in server ? server.headers : server.env) ?? {});
  const words = cause instanceof Error ? cause.message : String(cause);
  const said = printed.trim() === "" ? "" : ` It printed: "${harmless(printed, secrets)}".`;
  const what = "url" in server ? "reached" : "started";
  const where = "url" in server ? "`url` and `headers`" : "`command`, `args` and `env`";
  const message = `The MCP server "${name}" could not be ${what}: "${harmless(words, secrets)}".${said} Check its ${where}.`;
  return new ToolSourceError(message, !isMissing, { cause });
}
