import { CLIENT_INFO_META_KEY, type McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { safeLine } from "../text/safe-text.js";

/**
 * Who asks, for the record: `mcp:` and the name that the client gives itself.
 *
 * Nobody vouches for that name; the word before it says that no person has decided.
 */
export function clientName({ server }: McpServer, { mcpReq }: ServerContext): string {
  const envelope = (mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
  const client = (envelope[CLIENT_INFO_META_KEY] ?? server.getClientVersion()) as
    | { readonly name?: unknown }
    | undefined;
  const name = typeof client?.name === "string" ? safeLine(client.name, 60) : "";
  return `mcp:${name === "" ? "unknown" : name}`;
}
