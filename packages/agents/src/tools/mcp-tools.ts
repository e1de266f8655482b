// The tools of MCP servers: one connection for each server and run, made when a task is granted a tool of it.

import type { CallToolResult, Tool as McpTool } from "@modelcontextprotocol/client";
import { isGranted, type JsonValue, TOOL_NAME } from "@terrace/core";
import { z } from "zod";
import { toLines } from "../intake.js";
import { type McpConfig, type McpServer, readMcpConfig } from "./mcp-config.js";
import { connectMcp, type McpConnection } from "./mcp-connection.js";
import {
  type Approve,
  type LocalTool,
  ToolFailure,
  type ToolSource,
  ToolSourceError,
  USUAL_BYTES,
  USUAL_TIMEOUT_MS,
} from "./tool.js";

/** What `mcpTools` is given besides the servers. */
export interface McpToolsOptions {
  /** When a person must allow a call, by the tool's name as roles name it, or by that of its server. @default never */
  readonly approve?: { readonly [tool: string]: Approve };
  /** How long a tool may take, in milliseconds. @default 60_000 */
  readonly timeoutMs?: number;
  /** How long a server may take to start, in milliseconds. @default 30_000 */
  readonly connectMs?: number;
  /** The most of a result that the model is shown, in UTF-8 bytes. @default 65_536 */
  readonly maxBytes?: number;
  /** Where `${VAR}` is looked up. @default the environment of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The tools of MCP servers, over stdio or HTTP. A role names them as `mcp__server__tool`, or all of a server's as
 * `mcp__server`; whatever a name has besides letters, digits, `-` and `_` becomes `_`.
 *
 * A tool counts as having an effect unless its server says that it only reads. A server is connected to once in a run,
 * when first a task needs it, and let go when the run comes to rest; one that is lost in between is connected to anew.
 *
 * @param config The path of an `.mcp.json`, or what stands in one. `${VAR}` and `${VAR:-default}` are filled in.
 * @throws DeclarationError when it cannot be read, or does not stand.
 */
export function mcpTools(config: string | McpConfig, options: McpToolsOptions = {}): ToolSource {
  const servers = readMcpConfig(config, options.env ?? process.env);
  const pool = new Pool(servers, options.connectMs ?? 30_000);
  return {
    kind: "source",
    name: "MCP",
    families: [...servers.keys()].map(familyOf),
    async open(names, runId) {
      const wanted = new Set(names.map(serverOf));
      const opened = await Promise.all([...wanted].map((server) => toolsOf(server, names, runId)));
      return opened.flat();
    },
    release: (runId) => pool.release(runId),
  };

  async function toolsOf(server: string, names: readonly string[], runId: string): Promise<LocalTool[]> {
    const { tools } = await pool.connection(runId, server);
    const wanted = soundTools(server, tools).filter(({ name }) => isGranted(name, names));
    assertFew(server, wanted);
    return wanted.map(({ name, tool }) =>
      toLocalTool({ name, family: familyOf(server), tool }, options, () => pool.connection(runId, server)),
    );
  }
}

/** A tool of a server, with the name that roles have for it. */
interface NamedTool {
  readonly name: string;
  readonly tool: McpTool;
}

/**
 * The tools of a server that a model can be told of.
 *
 * @throws ToolSourceError when two of them come to one name
 */
export function soundTools(server: string, tools: readonly McpTool[]): readonly NamedTool[] {
  const all = tools.filter(isSound).map((tool) => ({ name: nameOf(server, tool.name), tool }));
  const byName = new Map<string, McpTool>();
  for (const { name, tool } of all) {
    const other = byName.get(name);
    if (other !== undefined) {
      const both = `${JSON.stringify(other.name)} and ${JSON.stringify(tool.name)}`;
      const message = `Expected each tool of the MCP server "${server}" to have a name of its own, but ${both} are both "${name}" to a model. Rename one there, or leave the server out.`;
      throw new ToolSourceError(message, false);
    }
    byName.set(name, tool);
  }
  return all;
}

/** What the definitions of all tools of a server that are granted may come to, in bytes of JSON; quotes count on it. */
export const MOST_FAMILY_BYTES = 400_000;

function assertFew(server: string, wanted: readonly NamedTool[]): void {
  if (Buffer.byteLength(JSON.stringify(wanted)) <= MOST_FAMILY_BYTES) return;
  const message = `The ${wanted.length} tools of the MCP server "${server}" that the role has take more than ${MOST_FAMILY_BYTES} bytes to tell a model of. Name those that it needs.`;
  throw new ToolSourceError(message, false);
}

/** The server that a tool, or all tools, of this name belong to. */
function serverOf(tool: string): string {
  return tool.split("__")[1] ?? "";
}

/** The name for all tools of a server. */
function familyOf(server: string): string {
  return `mcp__${server}`;
}

function nameOf(server: string, tool: string): string {
  return `${familyOf(server)}__${tool.replace(/[^a-zA-Z0-9_-]/g, "_")}`;
}

const MOST_DESCRIPTION = 8_192;
const MOST_SCHEMA = 16_384;

/** What has a name and a schema that a model can be told of. */
function isSound({ name, inputSchema }: McpTool): boolean {
  return TOOL_NAME.test(nameOf("x", name)) && JSON.stringify(inputSchema).length <= MOST_SCHEMA;
}

function toLocalTool(
  { name, family, tool }: NamedTool & { readonly family: string },
  { approve = {}, timeoutMs = USUAL_TIMEOUT_MS, maxBytes = USUAL_BYTES }: McpToolsOptions,
  connection: () => Promise<McpConnection>,
): LocalTool {
  const held = Object.hasOwn(approve, name) ? approve[name] : approve[family];
  const { $schema: _, ...schema } = tool.inputSchema as { readonly [field: string]: JsonValue };
  const zodSchema = toZod(schema);
  return {
    kind: "local",
    name,
    description: (tool.description ?? tool.title ?? tool.name).slice(0, MOST_DESCRIPTION),
    schema,
    // Its word is taken: whoever names a server in the configuration trusts it.
    hasEffect: tool.annotations?.readOnlyHint !== true,
    ...(held === undefined ? {} : { approve: held }),
    timeoutMs,
    maxBytes,
    async read(input) {
      const parsed = await zodSchema.safeParseAsync(input);
      return parsed.success ? { ok: true, input } : { ok: false, issues: toLines(parsed.error, "the input") };
    },
    async run(input, { signal }) {
      signal.throwIfAborted();
      const { call } = await connection();
      signal.throwIfAborted();
      const result = await call(tool.name, input as Record<string, unknown>, { timeoutMs, signal });
      const text = textOf(result);
      if (result.isError === true) throw new ToolFailure(text);
      return text;
    },
  };
}

/** A schema in terms of zod; where it says what zod cannot, the server alone holds the input against it. */
function toZod(schema: { readonly [field: string]: JsonValue }): z.ZodType {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    return z.record(z.string(), z.unknown());
  }
}

/** A result as text; what is none is told by its kind and size. */
function textOf({ content, structuredContent }: CallToolResult): string {
  const parts = content.map((block) => {
    switch (block.type) {
      case "text":
        return block.text;
      case "resource":
        return "text" in block.resource ? block.resource.text : `(a resource: ${block.resource.uri})`;
      case "resource_link":
        return `(a resource: ${block.uri})`;
      default:
        return `(${block.type}, ${block.mimeType}, ${Math.floor((block.data.length * 3) / 4)} bytes)`;
    }
  });
  if (parts.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent);
  return parts.length === 0 ? "(nothing)" : parts.join("\n");
}

/** The connections of all runs. */
class Pool {
  readonly #servers: ReadonlyMap<string, McpServer>;
  readonly #connectMs: number;
  readonly #byRun = new Map<string, Map<string, Promise<McpConnection>>>();

  constructor(servers: ReadonlyMap<string, McpServer>, connectMs: number) {
    this.#servers = servers;
    this.#connectMs = connectMs;
  }

  /** The one connection of a run to a server; made anew when it failed before, or is gone. */
  async connection(runId: string, name: string): Promise<McpConnection> {
    const ofRun = this.#byRun.get(runId) ?? new Map<string, Promise<McpConnection>>();
    this.#byRun.set(runId, ofRun);
    const known = ofRun.get(name);
    if (known !== undefined) {
      const connection = await known.catch(() => undefined);
      if (connection?.isGone === false) return connection;
      // Somebody else may have found out first, and connected meanwhile.
      if (ofRun.get(name) === known) ofRun.delete(name);
    }
    const made = ofRun.get(name) ?? connectMcp(name, this.#servers.get(name) as McpServer, this.#connectMs);
    ofRun.set(name, made);
    return made;
  }

  async release(runId: string): Promise<void> {
    const ofRun = this.#byRun.get(runId);
    this.#byRun.delete(runId);
    await Promise.all([...(ofRun?.values() ?? [])].map(close));
  }
}

async function close(connecting: Promise<McpConnection>): Promise<void> {
  const connection = await connecting.catch(() => undefined);
  await connection?.close();
}
