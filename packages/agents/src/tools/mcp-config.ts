// Which MCP servers there are: an `.mcp.json`, or the same as an object, with `${VAR}` filled in.

import { readFileSync } from "node:fs";
import { DeclarationError } from "@terrace/core";
import { z } from "zod";
import { toLines } from "../intake.js";
import { isLoopback } from "../preflight.js";
import { named, shown } from "../shown.js";

/** A server that is started here and spoken to over its standard input and output. */
export interface StdioServer {
  readonly type?: "stdio" | undefined;
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** Set besides a few that are harmless; nothing else of this process's environment is handed on. */
  readonly env?: { readonly [name: string]: string } | undefined;
  readonly cwd?: string | undefined;
}

/** A server at an address. */
export interface HttpServer {
  readonly type: "http";
  readonly url: string;
  readonly headers?: { readonly [name: string]: string } | undefined;
}

/** How one MCP server is reached. */
export type McpServer = StdioServer | HttpServer;

/** What an `.mcp.json` holds. */
export interface McpConfig {
  readonly mcpServers: { readonly [name: string]: McpServer };
}

const text = z.string().max(32_768);
const strings = z.record(z.string().max(256), text);
const stdio = z.strictObject({
  type: z.literal("stdio").optional(),
  command: text.min(1),
  args: z.array(text).max(1_000).optional(),
  env: strings.optional(),
  cwd: text.optional(),
});
const http = z.strictObject({ type: z.literal("http"), url: text.min(1), headers: strings.optional() });
const configSchema = z.looseObject({ mcpServers: z.record(z.string(), z.unknown()) });

const SERVER_NAME = /^[a-zA-Z0-9-]+(?:_[a-zA-Z0-9-]+)*$/;
const MOST_SERVERS = 100;

/**
 * Reads and completes a configuration: a path, or what such a file holds.
 *
 * @throws DeclarationError with everything that is wrong, and never with a value that was filled in.
 */
export function readMcpConfig(
  given: string | McpConfig,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, McpServer> {
  const where = nameOf(given);
  const entries = entriesOf(given);
  const issues: string[] = [];
  if (entries.length > MOST_SERVERS) issues.push(`at most ${MOST_SERVERS} servers, got ${entries.length}`);
  const servers = entries.slice(0, MOST_SERVERS).flatMap(([name, value]): [string, McpServer][] => {
    const found = readServer(name, value, env);
    issues.push(...found.issues);
    return found.server === undefined ? [] : [[name, found.server]];
  });
  if (issues.length > 0) throw wrong(where, issues);
  return new Map(servers);
}

/**
 * The names of the servers of a configuration; nothing of it is filled in.
 *
 * @throws DeclarationError when it cannot be read, or is no such configuration.
 */
export function mcpServerNames(given: string | McpConfig): readonly string[] {
  return entriesOf(given).map(([name]) => name);
}

/** The servers of a configuration, of which nothing is checked or filled in yet. */
export function entriesOf(given: string | McpConfig): readonly (readonly [string, unknown])[] {
  const parsed = configSchema.safeParse(typeof given === "string" ? readJsonFile(given) : given);
  if (!parsed.success) throw wrong(nameOf(given), toLines(parsed.error, "the whole"));
  return Object.entries(parsed.data.mcpServers);
}

function nameOf(given: string | McpConfig): string {
  return typeof given === "string" ? `"${given}"` : "the MCP configuration";
}

interface Reading {
  readonly server?: McpServer;
  readonly issues: readonly string[];
}

function readServer(
  name: string,
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
): Reading {
  const at = `mcpServers.${name}`;
  if (!SERVER_NAME.test(name) || name.length > 64)
    return { issues: [`${at}: expected a name of letters, digits, - and single _, at most 64`] };
  const type = (value as { type?: unknown } | null)?.type;
  if (type === "sse")
    return { issues: [`${at}.type: "sse" is not supported; use "http", if the server can`] };
  const parsed = (type === undefined || type === "stdio" ? stdio : http).safeParse(value);
  if (!parsed.success) return { issues: toLines(parsed.error, "the server").map((line) => `${at}.${line}`) };
  const missing = new Set<string>();
  const server = filledIn(parsed.data, env, missing) as McpServer;
  if (missing.size > 0)
    return {
      issues: [
        `${at}: the environment does not have ${named([...missing])}; set it, or write \${NAME:-default}`,
      ],
    };
  const issue = "url" in server ? wrongUrl(server.url) : undefined;
  return issue === undefined ? { server, issues: [] } : { issues: [`${at}.url: ${issue}`] };
}

/** A variable of the environment in a text, with what stands for it when nobody set it. */
export const VARIABLE: RegExp = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Every text in a value with its variables filled in; names that nobody set are added to `missing`. */
function filledIn(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  missing: Set<string>,
): unknown {
  if (typeof value === "string") {
    return value.replace(VARIABLE, (_, name: string, otherwise: string | undefined) => {
      const found = env[name] ?? otherwise;
      if (found === undefined) missing.add(name);
      return found ?? "";
    });
  }
  if (Array.isArray(value)) return value.map((item) => filledIn(item, env, missing));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, env, missing)]));
}

function wrongUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return "expected an address";
  if (/^https:/i.test(url) || (/^http:/i.test(url) && isLoopback(url))) return undefined;
  return "expected https://, since what is sent there could be read on the way";
}

function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "is no JSON" : "cannot be read";
    throw new DeclarationError("OPTIONS_INVALID", [
      `The MCP configuration ${shown(path)} ${why}. Correct it, or give \`mcpTools\` another path.`,
    ]);
  }
}

function wrong(where: string, issues: readonly string[]): DeclarationError {
  return new DeclarationError(
    "OPTIONS_INVALID",
    issues.map((issue) => `Expected ${where} to be valid, but ${issue}.`),
  );
}
