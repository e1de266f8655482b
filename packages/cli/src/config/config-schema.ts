// What a configuration may hold, each value with its bounds. The messages are what was expected, as a phrase.

import { PRESETS, SERVER_TOOLS } from "@terrace/agents";
import { z } from "zod";
import { REPORTERS } from "../reporters/reporter.js";

/** An object with these keys and no others; the message about a key that is none names those there are. */
function strict<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? keys : "an object"),
  });
}

const text = (most: number, what = "a text"): z.ZodString => {
  const error = `${what} of 1 to ${most} characters`;
  return z.string({ error }).min(1, { error }).max(most, { error });
};

const whole = (least: number, most: number): z.ZodNumber => {
  const error = `a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

const number = (least: number, most: number, what = "a number"): z.ZodNumber => {
  const error = `${what} from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
};

const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `one of ${words.map((word) => JSON.stringify(word)).join(", ")}` });

const made = (what: string, is: (value: unknown) => boolean) => z.custom<unknown>(is, { error: what });

const usd = number(0, 1_000_000_000, "US dollars");
const count = whole(0, 1_000_000_000_000);
const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, { error: "a name in lower-case letters, digits, - and _, at most 64" });
const instructions = z
  .string({ error: "a text" })
  .max(100_000, { error: "a text of at most 100000 characters" });
const model = text(256, "a model id");
const effort = oneOf(["low", "medium", "high", "xhigh", "max"]);
const tier = text(64, "a tier of the ladder");

const list = <Item extends z.ZodType>(item: Item, most: number, least = 0) => {
  const error = `a list of ${least} to ${most}`;
  return z.array(item, { error }).min(least, { error }).max(most, { error });
};

/** Values by name; of no more names than anybody needs. */
const byName = <Value extends z.ZodType>(key: z.ZodString, value: Value) =>
  z
    .record(key, value, { error: "an object" })
    .refine((given) => Object.keys(given).length <= 200, { error: "an object of at most 200 keys" });

const role = strict({
  tier,
  description: z
    .string({ error: "a text" })
    .max(10_000, { error: "a text of at most 10000 characters" })
    .optional(),
  instructions: instructions.optional(),
  minTier: tier.optional(),
  maxTier: tier.optional(),
  errorCost: oneOf(["low", "high"]).optional(),
  tools: list(text(128, "the name of a tool"), 100).optional(),
  maxTurns: whole(1, 20).optional(),
  effort: effort.optional(),
});

const reviewer = strict({
  policy: z
    .union(
      [
        oneOf(["thorough", "balanced", "economy"]),
        made("a function", (value) => typeof value === "function"),
      ],
      {
        error: 'one of "thorough", "balanced", "economy", or a function',
      },
    )
    .optional(),
  instructions: instructions.optional(),
  auditShare: number(0, 1).optional(),
  sample: byName(
    text(64, "a kind of task"),
    z.union([number(0, 1), byName(text(64), number(0, 1))], {
      error: "a share from 0 to 1, or one for each tier",
    }),
  ).optional(),
});

const limits = strict({
  maxTasks: whole(1, 1_000_000).optional(),
  maxEdges: whole(0, 10_000_000).optional(),
  maxDepth: whole(1, 1_000_000).optional(),
  maxTopTierShare: number(0, 1).optional(),
  maxRetries: whole(0, 10).optional(),
  maxRepairs: whole(0, 3).optional(),
  maxOutputBytes: whole(1, 33_554_432).optional(),
  maxRetryShare: number(0, 1).optional(),
  personDeadlineMs: whole(0, 366 * 86_400_000)
    .nullable()
    .optional(),
  maxTotalTasks: whole(1, 1_000_000).optional(),
  maxItems: whole(0, 100_000).optional(),
  maxNesting: whole(0, 10).optional(),
  maxRevisions: whole(0, 100).optional(),
});

const budget = strict({
  softUsd: usd.optional(),
  hardUsd: usd.optional(),
  perTaskUsd: usd.optional(),
  maxTokens: count.optional(),
  maxCalls: count.optional(),
  maxEscalations: count.optional(),
  maxMs: count.optional(),
  onExceed: oneOf(["pause", "degrade", "stop"]).optional(),
});

const has = (key: string) => (value: unknown) =>
  typeof (value as Readonly<Record<string, unknown>> | null)?.[key] === "function";

const path = text(4_096, "a path");

/** When a person must allow a call. */
const approve = z.union(
  [oneOf(["always", "once"]), made("a function", (value) => typeof value === "function")],
  {
    error: 'one of "always", "once", or a function',
  },
);
const milliseconds = whole(1, 2_147_483_647);
const bytes = whole(1, 1_000_000);

const isTool = (value: unknown): boolean => {
  const { kind, name: called, run } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return kind === "local" && typeof called === "string" && typeof run === "function";
};

const tools = strict({
  files: strict({ root: path }).optional(),
  command: strict({
    allow: list(text(1_024, "a program and its first arguments"), 200, 1),
    cwd: path.optional(),
    approve: approve.optional(),
    timeoutMs: milliseconds.optional(),
    maxBytes: bytes.optional(),
  }).optional(),
  server: list(oneOf(SERVER_TOOLS), SERVER_TOOLS.length).optional(),
  functions: list(made("a tool, made with `defineTool`", isTool), 100).optional(),
  mcp: strict({
    file: path.optional(),
    approve: byName(text(128), approve).optional(),
    timeoutMs: milliseconds.optional(),
    connectMs: milliseconds.optional(),
    maxBytes: bytes.optional(),
  }).optional(),
});

const words = byName(text(256), z.string({ error: "a text" }).max(32_768));
const server = z.union(
  [
    strict({
      type: z.literal("stdio", { error: '"stdio"' }).optional(),
      command: text(4_096, "a program"),
      args: list(z.string({ error: "a text" }).max(32_768), 1_000).optional(),
      env: words.optional(),
      cwd: path.optional(),
    }),
    strict({
      type: z.literal("http", { error: '"http"' }),
      url: text(2_048, "a URL"),
      headers: words.optional(),
    }),
  ],
  { error: 'a server, { command, args } or { type: "http", url }' },
);
const presets = Object.keys(PRESETS);

/** The schema of a configuration. */
export const configSchema: z.ZodType = strict({
  $schema: text(2_048).optional(),
  extends: z.union([path, list(path, 10)], { error: "a path, or a list of paths" }).optional(),
  preset: oneOf(presets).optional(),
  ladder: list(name, 10, 1).optional(),
  models: byName(
    text(64),
    z.union([model, strict({ model, effort: effort.optional() })], {
      error: "a model id, or { model, effort }",
    }),
  ).optional(),
  planner: strict({ tier: tier.optional(), instructions: instructions.optional() }).optional(),
  executors: byName(name, role).optional(),
  reviewer: reviewer.optional(),
  router: made("a router", has("route")).optional(),
  prices: list(z.unknown(), 1_000).optional(),
  agents: list(path, 20).optional(),
  tools: tools.optional(),
  mcpServers: byName(text(64), server).optional(),
  provider: oneOf(["anthropic", "bedrock", "vertex", "foundry"]).optional(),
  baseUrl: text(2_048, "a URL").optional(),
  client: made("a function that makes a client", (value) => typeof value === "function").optional(),
  store: path.optional(),
  concurrency: whole(1, 10_000).optional(),
  tierConcurrency: byName(text(64), whole(1, 10_000)).optional(),
  limits: limits.optional(),
  budget: budget.optional(),
  approveAboveUsd: usd.optional(),
  urgency: oneOf(["live", "batch"]).optional(),
  reporter: oneOf(REPORTERS).optional(),
  outputs: byName(text(64), made("a zod schema", has("safeParse"))).optional(),
  checks: byName(text(64), list(made("a check, { name, run }", has("run")), 100)).optional(),
});

/** Keys whose values are made by a program: no JSON holds them. */
const MADE = ["router", "client", "outputs", "checks"];

/** The JSON Schema of a configuration in JSON or YAML. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" });
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => !MADE.includes(key));
  return {
    ...schema,
    title: "Terrace configuration",
    properties: Object.fromEntries(
      properties.map(([key, value]) => [key, key === "tools" ? ofData(value) : value]),
    ),
  };
}

/** The schema of tools without those that are code. */
function ofData(schema: unknown): unknown {
  const { functions: _, ...properties } = (
    schema as { readonly properties: Readonly<Record<string, unknown>> }
  ).properties;
  return { ...(schema as object), properties };
}
