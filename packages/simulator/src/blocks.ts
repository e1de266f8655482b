// Content blocks: what may stand in `system` and in a message's `content`.
import { z } from "zod";

/** A cache breakpoint, on a block, on a tool or on the whole request. */
export interface CacheControl {
  readonly type: "ephemeral";
  /** How long the entry lives. @default "5m" */
  readonly ttl?: "5m" | "1h" | undefined;
}

/** Any content block; which further fields it has follows from `type`. */
export interface ContentBlock {
  readonly type: string;
  readonly text?: string | undefined;
  readonly cache_control?: CacheControl | null | undefined;
  readonly [field: string]: unknown;
}

/** Checks a `cache_control` value. */
export const cacheControl: z.ZodType<CacheControl> = z.strictObject({
  type: z.literal("ephemeral"),
  ttl: z.enum(["5m", "1h"]).optional(),
});

const cached = { cache_control: cacheControl.nullish() };
const json = z.record(z.string(), z.unknown());
const toolId = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'");

const text = z.strictObject({
  type: z.literal("text"),
  text: z
    .string()
    .refine((value) => value.trim() !== "", "text content blocks must contain non-whitespace text"),
  citations: z.array(json).nullish(),
  ...cached,
});

const source = z.looseObject({ type: z.enum(["base64", "url", "file", "text", "content"]) });
const image = z.strictObject({ type: z.literal("image"), source, ...cached });
const document = z.strictObject({
  type: z.literal("document"),
  source,
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.strictObject({ enabled: z.boolean().optional() }).nullish(),
  ...cached,
});
const searchResult = z.looseObject({ type: z.literal("search_result"), ...cached });

const toolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: toolId,
  content: z
    .union([z.string(), z.array(z.discriminatedUnion("type", [text, image, document, searchResult]))])
    .optional(),
  is_error: z.boolean().optional(),
  ...cached,
});

const toolUse = z.strictObject({
  type: z.literal("tool_use"),
  id: toolId,
  name: z.string().min(1).max(200),
  input: json,
  caller: json.optional(),
  ...cached,
});

const thinking = z.strictObject({
  type: z.literal("thinking"),
  thinking: z.string(),
  signature: z.string().min(1, "Invalid `signature` in `thinking` block"),
});
const redactedThinking = z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() });

// Blocks of server tools, handed back as the API gave them.
const serverBlocks = [
  z.looseObject({ type: z.literal("server_tool_use"), ...cached }),
  z.looseObject({ type: z.literal("web_search_tool_result"), ...cached }),
  z.looseObject({ type: z.literal("web_fetch_tool_result"), ...cached }),
  z.looseObject({ type: z.literal("code_execution_tool_result"), ...cached }),
] as const;

/** Checks a block of `system`. */
export const systemBlock: z.ZodType<ContentBlock> = text;

/** Checks a block of a user message. */
export const userBlock: z.ZodType<ContentBlock> = z.discriminatedUnion("type", [
  text,
  image,
  document,
  searchResult,
  toolResult,
]);

/** Checks a block of an assistant message. */
export const assistantBlock: z.ZodType<ContentBlock> = z.discriminatedUnion("type", [
  text,
  toolUse,
  thinking,
  redactedThinking,
  ...serverBlocks,
]);
