// A function as a tool.

import { DeclarationError, type JsonValue, TOOL_NAME } from "@terrace/core";
import { z } from "zod";
import { toLines } from "../intake.js";
import { type Approve, type LocalTool, type ToolContext, USUAL_BYTES, USUAL_TIMEOUT_MS } from "./tool.js";

/** What `defineTool` is given. */
export interface ToolDefinition<Input extends z.ZodType> {
  /** Letters, digits, `-` and `_`; at most 128. Roles name it in `tools`. */
  readonly name: string;
  /** What it does, when to use it and what it brings, for the model. At most 8,192 characters. */
  readonly description: string;
  /** An object schema. Every input is held against it, and what does not fit runs nothing. */
  readonly input: Input;
  /** What it returns, or resolves to, is shown to the model: text as it is, all else as JSON. */
  readonly run: (input: z.output<Input>, context: ToolContext) => unknown;
  /**
   * Whether it may change something outside. Then a call whose end is not known, since its process died, is never made
   * again: the model is told that nobody knows.
   */
  readonly hasEffect: boolean;
  /**
   * When a person must allow a call before it is made. The attempt then waits and holds no slot; when nothing else can go
   * on, the run rests until `run.approveTool` or `run.denyTool`.
   *
   * @default never
   */
  readonly approve?: Approve<z.output<Input>>;
  /** How long it may take, in milliseconds; then it is told to stop, and what it still brings is dropped. @default 60_000 */
  readonly timeoutMs?: number;
  /** The most of its result that the model is shown, in UTF-8 bytes. At most 1,000,000. @default 65_536 */
  readonly maxBytes?: number;
}

/**
 * Makes a tool of a function.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong.
 */
export function defineTool<Input extends z.ZodType>(definition: ToolDefinition<Input>): LocalTool {
  const { name, description, input, run, hasEffect, approve } = definition;
  const { timeoutMs = USUAL_TIMEOUT_MS, maxBytes = USUAL_BYTES } = definition;
  const schema = schemaOf(input);
  const issues = wrongWith({ name, description, timeoutMs, maxBytes, schema });
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  return {
    kind: "local",
    name,
    description,
    schema: schema as JsonValue,
    hasEffect,
    ...(approve === undefined ? {} : { approve: approve as Approve }),
    timeoutMs,
    maxBytes,
    async read(given) {
      const parsed = await input.safeParseAsync(given);
      return parsed.success
        ? { ok: true, input: parsed.data }
        : { ok: false, issues: toLines(parsed.error, "the input") };
    },
    run: (given, context) => run(given as z.output<Input>, context),
  };
}

/** The JSON Schema of an input; `undefined` when it has none, or is no object. */
function schemaOf(input: z.ZodType): JsonValue | undefined {
  try {
    const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input" });
    return schema.type === "object" ? (schema as JsonValue) : undefined;
  } catch {
    return undefined;
  }
}

const MOST_BYTES = 1_000_000;
const MOST_DESCRIPTION = 8_192;
/** What a definition may be as JSON, in characters; no quote counts on more. */
const MOST_SCHEMA = 16_384;

function wrongWith(given: {
  readonly name: string;
  readonly description: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly schema: JsonValue | undefined;
}): readonly string[] {
  const { name, description, timeoutMs, maxBytes, schema } = given;
  const issues: string[] = [];
  if (!TOOL_NAME.test(name)) {
    const expected = "a name of letters, digits, - and _, at most 128";
    issues.push(`Expected the \`name\` of a tool to be ${expected}, got \`${JSON.stringify(name)}\`.`);
  }
  const of = `of tool "${name.slice(0, 128)}"`;
  if (description.trim() === "" || description.length > MOST_DESCRIPTION) {
    issues.push(
      `Expected the \`description\` ${of} to say what it does in 1 to ${MOST_DESCRIPTION} characters, got ${description.length}.`,
    );
  }
  if (schema !== undefined && JSON.stringify(schema).length > MOST_SCHEMA) {
    issues.push(
      `Expected the \`input\` ${of} to have a schema of at most ${MOST_SCHEMA} characters. Ask for less.`,
    );
  }
  if (schema === undefined) {
    issues.push(
      `Expected the \`input\` ${of} to be an object schema that has a JSON Schema. Use \`z.object({ … })\` without transforms.`,
    );
  }
  for (const [field, value, most] of [
    ["timeoutMs", timeoutMs, 2 ** 31 - 1],
    ["maxBytes", maxBytes, MOST_BYTES],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= 1 && value <= most) continue;
    issues.push(`Expected the \`${field}\` ${of} to be a whole number from 1 to ${most}, got \`${value}\`.`);
  }
  return issues;
}
