// What a tool is: made by `defineTool`, `fileTools`, `commandTool`, `serverTool` or `mcpTools`, used by the loop.

import type { JsonValue } from "@terrace/core";
import type { ModelTool } from "../model-client.js";

/** What a tool is told beside its input. */
export interface ToolContext {
  /** Aborted when its time is up or the run is to stop: what it does must end then. */
  readonly signal: AbortSignal;
}

/**
 * When a person must allow a call before it is made: each time, the first time in a run, or when a function of the input
 * says so.
 */
export type Approve<Input = unknown> = "always" | "once" | ((input: Input) => boolean);

/** Whether an input is what a tool takes. */
type InputReading =
  | { readonly ok: true; readonly input: unknown }
  | { readonly ok: false; readonly issues: readonly string[] };

/** A tool that is run here. */
export interface LocalTool {
  readonly kind: "local";
  readonly name: string;
  readonly description: string;
  /** The JSON Schema of its input. */
  readonly schema: JsonValue;
  readonly hasEffect: boolean;
  /** When a person must allow a call. @default never */
  readonly approve?: Approve;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** What it may run, of a tool that runs programs; told to whoever decides which role has it. */
  readonly allow?: readonly string[];
  /** Holds an input against the schema; called each time. */
  readonly read: (input: JsonValue) => Promise<InputReading>;
  /** May throw whatever it likes. */
  readonly run: (input: unknown, context: ToolContext) => unknown;
}

/** A tool that the provider runs itself. */
export interface ServerTool {
  readonly kind: "server";
  readonly name: string;
  readonly definition: { readonly [field: string]: JsonValue };
}

/** Tools that are only known once their place is asked for them, such as those of an MCP server. */
export interface ToolSource {
  readonly kind: "source";
  /** Told in errors. */
  readonly name: string;
  /** What the names of its tools begin with, before `__`; each names all tools of that beginning, too. */
  readonly families: readonly string[];
  /**
   * The tools of these names and families, for a run; those that it does not have are left out.
   *
   * @throws ToolSourceError when they cannot be had now.
   */
  readonly open: (names: readonly string[], runId: string) => Promise<readonly LocalTool[]>;
  /** Lets go of what is held for a run. Never rejects. */
  readonly release: (runId: string) => Promise<void>;
}

/** A tool, or a source of some. */
export type Tool = LocalTool | ServerTool | ToolSource;

/** The place that tools come from cannot be reached, or is not as it was declared. */
export class ToolSourceError extends Error {
  override readonly name = "ToolSourceError";
  /** Whether asking again may help. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean, options?: ErrorOptions) {
    super(message, options);
    this.mayPass = mayPass;
  }
}

/** A tool has failed, and says so in words for the model. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
}

/** The longest that a tool may take when nobody says, in milliseconds. */
export const USUAL_TIMEOUT_MS = 60_000;

/** The most that a tool may bring when nobody says, in UTF-8 bytes. */
export const USUAL_BYTES = 65_536;

/** A tool as a model is told of it. */
export function toModelTool(tool: LocalTool | ServerTool): ModelTool {
  const { name } = tool;
  if (tool.kind === "server") return { name, definition: tool.definition };
  return { name, description: tool.description, schema: tool.schema };
}
