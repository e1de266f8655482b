import { type JsonValue, planSchema } from "@terrace/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { toApiSchema } from "../../packages/agents/src/api-schema.js";
import { claudeTeam } from "../../packages/agents/src/claude-team.js";
import { executionForm, planSchemaFor, REVIEW_SCHEMA } from "../../packages/agents/src/schemas.js";
import { DEFAULT_PLAN_LIMITS } from "../../packages/core/src/plan/plan.js";
import { checkSchema, checkTally, type SchemaTally } from "../../packages/simulator/src/schema-rules.js";

const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema) as unknown as JsonValue;

/** What the simulator, which knows the API's rules, finds wrong. */
function complaint(schema: JsonValue): string | undefined {
  const tally: SchemaTally = { optionals: 0, unions: 0 };
  return checkSchema(schema as Record<string, unknown>, "schema", tally) ?? checkTally(tally);
}

test("what is sent keeps to the rules of structured outputs, with no optional field and no union", () => {
  for (const schema of [
    planSchemaFor(claudeTeam, DEFAULT_PLAN_LIMITS),
    executionForm(undefined).schema,
    REVIEW_SCHEMA,
  ]) {
    const tally: SchemaTally = { optionals: 0, unions: 0 };
    expect(checkSchema(schema as Record<string, unknown>, "schema", tally)).toBeUndefined();
    expect(tally).toEqual({ optionals: 0, unions: 0 });
    expect(JSON.stringify(schema)).not.toMatch(/chain.of.thought|reasoning|thinking/i);
  }
});

test("the plan's schema asks for exactly the fields that the core reads", () => {
  const sent = planSchemaFor(claudeTeam, DEFAULT_PLAN_LIMITS) as {
    properties: { tasks: { items: { properties: Record<string, unknown>; required: string[] } } };
    required: string[];
  };
  const { properties, required } = sent.properties.tasks.items;
  const full = Object.fromEntries(
    required.map((name) => [name, name === "criteria" || name === "dependsOn" ? [] : "x"]),
  );
  const plan = { tasks: [{ ...full, errorCost: "low", urgency: "batch" }], answer: "x" };
  expect(planSchema.safeParse(plan).error?.issues ?? []).toEqual([]);
  expect(Object.keys(properties)).toEqual(required);
  expect(sent.required).toEqual(["tasks", "answer"]);
});

test("roles and tiers of the team are the only ones a plan can name", () => {
  expect(JSON.stringify(planSchemaFor(claudeTeam, DEFAULT_PLAN_LIMITS))).toContain(
    '"enum":["haiku","sonnet","opus"]',
  );
  expect(JSON.stringify(planSchemaFor(claudeTeam, DEFAULT_PLAN_LIMITS))).toContain('"enum":["worker"]');
});

const leaf = z
  .strictObject({ name: z.string().min(1).max(80), note: z.string().optional() })
  .meta({ id: "leaf" });

test.each([
  [
    "bounds and formats",
    z.strictObject({ a: z.string().max(9).regex(/^a/), n: z.number().int().min(0), e: z.email() }),
  ],
  ["open objects and optional fields", z.object({ a: z.object({ b: z.string().optional() }) })],
  [
    "unions",
    z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
  ],
  [
    "null, defaults, enums, lists",
    z.object({ a: z.string().nullable(), b: z.string().default("x"), c: z.array(z.enum(["p", "q"])).min(2) }),
  ],
  ["shared parts", z.object({ one: leaf, many: z.array(leaf) })],
  ["a list at the top", z.array(leaf)],
  ["a word", z.enum(["yes", "no"])],
])("an output schema with %s is sent as the API can read it", (_, schema) => {
  const form = executionForm(jsonSchema(schema));
  expect(form.output).toBe("json");
  expect(complaint(form.schema)).toBeUndefined();
});

const tree: z.ZodType = z.lazy(() => z.object({ children: z.array(tree) }));
const flags = (count: number) =>
  z.object(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, z.boolean().optional()])),
  );

test.each([
  ["a record", z.record(z.string(), z.number())],
  ["a tuple", z.object({ pair: z.tuple([z.string(), z.number()]) })],
  ["anything", z.object({ value: z.unknown() })],
  ["recursion", tree],
  ["too many optional fields", flags(25)],
  [
    "too many unions",
    z.object(
      Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`u${index}`, z.string().nullable()])),
    ),
  ],
])("an output schema with %s is not sent, since a closed schema cannot say it", (_, schema) => {
  expect(toApiSchema(jsonSchema(schema))).toBeUndefined();
  const form = executionForm(jsonSchema(schema));
  expect(form.output).toBe("json_text");
  expect(complaint(form.schema)).toBeUndefined();
});

test("as many optional fields as allowed are sent", () => {
  expect(executionForm(jsonSchema(flags(24))).output).toBe("json");
});

test("a bound that the API does not know is put into words", () => {
  expect(toApiSchema({ type: "string", description: "A name.", maxLength: 80, minLength: 1 })).toEqual({
    schema: { type: "string", description: "A name. (maxLength: 80, minLength: 1)" },
    definitions: undefined,
  });
});
