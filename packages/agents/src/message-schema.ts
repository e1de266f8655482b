// What a Messages response must have for Terrace to use it. Everything else may be there and is left alone.
import type { JsonValue } from "@terrace/core";
import { z } from "zod";
import type { ToolUse } from "./model-client.js";

/** Deeper than any answer; beyond it, writing the answer down again could overflow the stack. */
const DEEPEST = 100;

const blockSchema = z.looseObject({ type: z.string().min(1), text: z.string().optional() });

/** A Messages response, as far as Terrace reads it. */
export interface WireMessage {
  readonly model: string;
  readonly content: readonly { readonly type: string; readonly text?: string | undefined }[];
  readonly stop_reason: string | null;
  readonly stop_details?:
    | { readonly type: string; readonly category?: string | null; readonly explanation?: string | null }
    | null
    | undefined;
  /** Not checked here. */
  readonly usage?: unknown;
}

const messageSchema: z.ZodType<WireMessage> = z.looseObject({
  model: z.string().min(1).max(200),
  content: z
    .array(blockSchema)
    .max(100_000)
    .refine((blocks) => blocks.every(({ type, text }) => type !== "text" || text !== undefined), {
      error: "a text block without text",
    }),
  stop_reason: z
    .string()
    .max(100)
    .nullish()
    .transform((value) => value ?? null),
  stop_details: z
    .looseObject({
      type: z.string(),
      category: z.string().nullable().default(null),
      explanation: z.string().nullable().default(null),
    })
    .nullish()
    .catch(null),
  usage: z.unknown().optional(),
});

/** A response that has not the shape of one. The message names what is wrong with it, in one line. */
export class UnreadableAnswer extends Error {
  override readonly name = "UnreadableAnswer";
}

/**
 * Reads a response.
 *
 * @throws UnreadableAnswer when it is not the shape of a message.
 */
export function readMessage(raw: unknown): { readonly message: WireMessage; readonly raw: JsonValue } {
  if (isTooDeep(raw)) throw new UnreadableAnswer(`it is nested deeper than ${DEEPEST} levels`);
  const parsed = messageSchema.safeParse(raw);
  if (parsed.success) return { message: parsed.data, raw: raw as JsonValue };
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new UnreadableAnswer(`${path === "" ? "the body" : `"${path}"`}: ${issue?.message ?? "invalid"}`);
}

/** The text blocks of a message, joined; thinking is not among them. */
export function textOf({ content }: WireMessage): string {
  return content.map(({ type, text }) => (type === "text" ? (text ?? "") : "")).join("");
}

const useSchema: z.ZodType<ToolUse> = z.object({
  type: z.literal("tool_use"),
  id: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.json()),
});

/** The tools that a message asks for, in order; `undefined` when one has not the form of a call, or there is none. */
export function usesOf({ content }: WireMessage): readonly ToolUse[] | undefined {
  const calls = content.filter(({ type }) => type === "tool_use").map((block) => useSchema.safeParse(block));
  const uses = calls.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return uses.length === 0 || uses.length < calls.length ? undefined : uses;
}

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
