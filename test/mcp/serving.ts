// The command `mcp` in this process, and the official client at the other end of its streams.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { type CallToolResult, Client, type Progress } from "@modelcontextprotocol/client";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { onTestFinished } from "vitest";
import { type McpOptions, mcpCommand } from "../../packages/cli/src/commands/mcp.js";
import type { ExitCode } from "../../packages/cli/src/exit-codes.js";
import type { RunReport } from "../../packages/cli/src/mcp/run-report.js";
import type { Surroundings } from "../../packages/cli/src/surroundings.js";
import type { Place } from "../cli/kept.js";
import { Screen } from "../cli/support.js";

/** How a client is served. */
export interface Serving {
  readonly options?: McpOptions;
  readonly env?: Surroundings["env"];
  /** The revision of the protocol that client and server speak. @default the client's own default */
  readonly revision?: string;
}

/** A client that is served. */
export interface Served {
  readonly client: Client;
  /** What the server says to the person who runs it. */
  readonly stderr: Screen;
  /** Everything that came from the server, as it came. */
  received(): string;
  call(tool: string, args?: Record<string, unknown>): Promise<CallToolResult>;
  /** Calls a tool that tells how a run stands. */
  run(tool: string, args: Record<string, unknown>): Promise<RunReport>;
  /** Submits, and waits until the run is at rest. */
  atRest(args: Record<string, unknown>): Promise<RunReport>;
  /** Calls a tool that refuses, and returns its words. */
  refused(tool: string, args?: Record<string, unknown>): Promise<string>;
  /** Reads a resource of JSON. */
  read(uri: string): Promise<Record<string, unknown>>;
  /** Sends a line as it is. */
  write(line: string): void;
  /** Closes the client's end. */
  leave(): void;
  readonly ended: Promise<ExitCode>;
}

/** The key that must never be seen. */
export const KEY = "sk-ant-never-to-be-seen-0123456789";

/** Serves a client until the test has finished. */
export async function serving(
  here: Place,
  { options = {}, env = {}, revision }: Serving = {},
): Promise<Served> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new Screen();
  const chunks: string[] = [];
  stdout.on("data", (chunk: Buffer) => chunks.push(String(chunk)));
  await mkdir(here.path, { recursive: true });
  const surroundings: Surroundings = {
    stdin,
    stdout,
    stderr,
    env: { ANTHROPIC_BASE_URL: here.simulator.url, ANTHROPIC_API_KEY: KEY, ...env },
    cwd: here.path,
    hungUp: new AbortController().signal,
  };
  const ended = mcpCommand({ store: storeOf(here), ...options }, surroundings);
  const leave = (): void => void stdin.end();
  onTestFinished(async () => {
    leave();
    await ended;
  });
  const client = new Client(
    { name: "tester", version: "1.0.0" },
    revision === undefined ? {} : { versionNegotiation: { mode: { pin: revision } } },
  );
  await client.connect(new StdioServerTransport(stdout, stdin));
  const write = (line: string): void => void stdin.write(`${line}\n`);
  return { client, stderr, received: () => chunks.join(""), write, leave, ended, ...callsOf(client) };
}

/** The store of a place. */
export function storeOf({ path }: Pick<Place, "path">): string {
  return join(path, ".terrace/terrace.db");
}

/** Shorter ways to call tools and read resources. */
export function callsOf(client: Client): Pick<Served, "call" | "run" | "atRest" | "refused" | "read"> {
  const call: Served["call"] = async (tool, args = {}) =>
    (await client.callTool({ name: tool, arguments: args })) as CallToolResult;
  const run: Served["run"] = async (tool, args) => {
    const { structuredContent, isError, content } = await call(tool, args);
    if (isError === true) throw new Error(textOf(content));
    return structuredContent as unknown as RunReport;
  };
  return {
    call,
    run,
    async atRest(args) {
      const { runId } = await run("submit_goal", args);
      return await run("wait_run", { runId });
    },
    async refused(tool, args) {
      const { isError, content } = await call(tool, args);
      if (isError !== true) throw new Error(`It was not refused: ${textOf(content)}`);
      return textOf(content);
    },
    async read(uri) {
      const [first] = (await client.readResource({ uri })).contents;
      return JSON.parse(first !== undefined && "text" in first ? first.text : "") as Record<string, unknown>;
    },
  };
}

/** Calls a tool and asks to be told of progress. */
export async function withProgress(
  { client }: Served,
  tool: string,
  args: Record<string, unknown>,
): Promise<readonly Progress[]> {
  const told: Progress[] = [];
  await client.callTool({ name: tool, arguments: args }, { onprogress: (progress) => told.push(progress) });
  return told;
}

/** The words of an answer. */
export function textOf(content: CallToolResult["content"]): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
}
