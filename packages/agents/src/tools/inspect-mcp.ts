// What MCP servers offer, asked before any run needs it.

import { type McpConfig, type McpServer, readMcpConfig } from "./mcp-config.js";
import { connectMcp } from "./mcp-connection.js";
import { soundTools } from "./mcp-tools.js";

/** What became of asking a server. */
export interface McpInspection {
  readonly server: string;
  /** Whether it is started here, or spoken to at an address. */
  readonly kind: "stdio" | "http";
  /** The names of its tools, as roles name them; `null` when it could not be asked. */
  readonly tools: readonly string[] | null;
  /** Why not; empty when it was asked. */
  readonly error: string;
}

/** How servers are asked. */
export interface InspectMcpOptions {
  /** How long a server may take, in milliseconds. @default 10_000 */
  readonly connectMs?: number;
  /** Whether servers at an address are left alone. @default false */
  readonly localOnly?: boolean;
  /** Where `${VAR}` is looked up. @default the environment of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Connects to each server, asks for its tools, and lets go of it.
 *
 * @throws DeclarationError when the configuration cannot be read, or does not stand.
 */
export async function inspectMcp(
  config: string | McpConfig,
  { connectMs = 10_000, localOnly = false, env = process.env }: InspectMcpOptions = {},
): Promise<readonly McpInspection[]> {
  const servers = [...readMcpConfig(config, env)].filter(([, server]) => !(localOnly && "url" in server));
  return await Promise.all(servers.map(([name, server]) => inspect(name, server, connectMs)));
}

async function inspect(name: string, server: McpServer, connectMs: number): Promise<McpInspection> {
  const kind = "url" in server ? "http" : "stdio";
  try {
    const connection = await connectMcp(name, server, connectMs);
    try {
      const tools = soundTools(name, connection.tools).map((each) => each.name);
      return { server: name, kind, tools, error: "" };
    } finally {
      await connection.close();
    }
  } catch (error) {
    return { server: name, kind, tools: null, error: error instanceof Error ? error.message : String(error) };
  }
}
