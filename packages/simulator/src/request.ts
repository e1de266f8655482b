// The body of POST /v1/messages: what the real API accepts, strictly. Rules that depend on the model are in rules.ts.
import { z } from "zod";
import {
  assistantBlock,
  type CacheControl,
  type ContentBlock,
  cacheControl,
  systemBlock,
  userBlock,
} from "./blocks.js";
import type { Effort } from "./models.js";
import { EFFORTS } from "./models.js";

/** One turn of the conversation. */
export interface RequestMessage {
  readonly role: "user" | "assistant" | "system";
  readonly content: string | readonly ContentBlock[];
}

/** A tool the model may call; server tools have a dated `type` and no `input_schema`. */
export interface RequestTool {
  readonly name: string;
  readonly type?: string | null | undefined;
  readonly input_schema?: Readonly<Record<string, unknown>> | undefined;
  readonly strict?: boolean | null | undefined;
  readonly cache_control?: CacheControl | null | undefined;
  readonly [field: string]: unknown;
}

/** `thinking` of a request. */
export interface ThinkingConfig {
  readonly type: "adaptive" | "between_tools" | "disabled" | "enabled";
  readonly budget_tokens?: number | undefined;
  readonly display?: "summarized" | "omitted" | undefined;
}

/** A request body that has passed the shape check; field names as on the wire. */
export interface MessagesRequest {
  readonly model: string;
  readonly messages: readonly RequestMessage[];
  /** Absent only when tokens are counted. */
  readonly max_tokens?: number | undefined;
  readonly system?: string | readonly ContentBlock[] | undefined;
  readonly tools?: readonly RequestTool[] | undefined;
  readonly tool_choice?:
    | { readonly type: "auto" | "any" | "tool" | "none"; readonly name?: string | undefined }
    | undefined;
  readonly thinking?: ThinkingConfig | undefined;
  readonly output_config?:
    | {
        readonly effort?: Effort | null | undefined;
        readonly format?:
          | { readonly type: "json_schema"; readonly schema: Readonly<Record<string, unknown>> }
          | null
          | undefined;
      }
    | undefined;
  readonly cache_control?: CacheControl | null | undefined;
  readonly stop_sequences?: readonly string[] | undefined;
  readonly stream?: boolean | undefined;
  readonly speed?: "standard" | "fast" | null | undefined;
  readonly inference_geo?: "us" | "global" | null | undefined;
  readonly metadata?: { readonly user_id?: string | null | undefined } | undefined;
}

const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("user"), content: z.union([z.string(), z.array(userBlock)]) }),
  z.strictObject({ role: z.literal("assistant"), content: z.union([z.string(), z.array(assistantBlock)]) }),
  z.strictObject({ role: z.literal("system"), content: z.union([z.string(), z.array(systemBlock)]) }),
]);

const toolName = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
const customTool = z.strictObject({
  type: z.literal("custom").nullish(),
  name: toolName,
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object") }),
  strict: z.boolean().nullish(),
  cache_control: cacheControl.nullish(),
  defer_loading: z.boolean().optional(),
  allowed_callers: z.array(z.string()).optional(),
  input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
  eager_input_streaming: z.boolean().nullish(),
});
const serverTool = z.looseObject({
  type: z.string().regex(/_\d{8}$/, "Input should be a known tool type"),
  name: toolName,
  cache_control: cacheControl.nullish(),
});

const thinking = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("adaptive"), display: z.enum(["summarized", "omitted"]).optional() }),
  z.strictObject({ type: z.literal("between_tools") }),
  z.strictObject({ type: z.literal("disabled") }),
  z.strictObject({
    type: z.literal("enabled"),
    budget_tokens: z.int().min(1024),
    display: z.enum(["summarized", "omitted"]).optional(),
  }),
]);

const parallel = { disable_parallel_tool_use: z.boolean().optional() };
const toolChoice = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("auto"), ...parallel }),
  z.strictObject({ type: z.literal("any"), ...parallel }),
  z.strictObject({ type: z.literal("tool"), name: z.string(), ...parallel }),
  z.strictObject({ type: z.literal("none") }),
]);

const outputConfig = z.strictObject({
  effort: z.enum(EFFORTS).nullish(),
  format: z
    .strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) })
    .nullish(),
});

const shared = {
  model: z.string().min(1),
  messages: z.array(message).min(1, "at least one message is required"),
  system: z.union([z.string(), z.array(systemBlock)]).optional(),
  tools: z.array(z.union([customTool, serverTool])).optional(),
  tool_choice: toolChoice.optional(),
  thinking: thinking.optional(),
  output_config: outputConfig.optional(),
  cache_control: cacheControl.nullish(),
};

/** Checks the body of `POST /v1/messages/count_tokens`. */
export const countTokensBody: z.ZodType<MessagesRequest> = z.strictObject(shared);

/** Checks the body of `POST /v1/messages`. */
export const messagesBody: z.ZodType<MessagesRequest> = z.strictObject({
  ...shared,
  max_tokens: z.int().min(0),
  stop_sequences: z
    .array(z.string().refine((s) => s.trim() !== "", "each stop sequence must contain non-whitespace"))
    .optional(),
  stream: z.boolean().optional(),
  speed: z.enum(["standard", "fast"]).nullish(),
  inference_geo: z.enum(["us", "global"]).nullish(),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  container: z.unknown().optional(),
  diagnostics: z.strictObject({ previous_message_id: z.string().nullable() }).nullish(),
  user_profile_id: z.string().optional(),
  workspace_id: z.string().optional(),
});
