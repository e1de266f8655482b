// The JSON Schemas sent to the model, within what structured outputs accept: flat, closed, every field required,
// no bounds (zod holds those when the answer is read), the same bytes for the same role so that they stay cached.
//
// @see Anthropic's structured-outputs page, read 2026-08-22

import type { JsonValue, PlanLimits, TeamData } from "@terrace/core";
import { toApiSchema } from "./api-schema.js";

type Properties = { readonly [name: string]: JsonValue };

/** What a plan may leave open. */
type Growth = Pick<PlanLimits, "maxItems" | "maxNesting">;

/** The schema of a plan by this team: its roles and tiers as enums. */
export function planSchemaFor(team: TeamData, limits: Growth): JsonValue {
  return object({ tasks: list(plannedTask(team, limits)), answer: text(ANSWER) });
}

/** The schema of a change to a plan by this team that runs. */
export function revisionSchemaFor(team: TeamData, limits: Growth): JsonValue {
  return object({
    tasks: list(plannedTask(team, limits)),
    withdraw: list(text("The id of a task that is not to be done.")),
    answer: text(ANSWER),
    reason: text("Why it changes, or stays as it is, in a sentence or two."),
  });
}

const ANSWER = "The id of the task whose output answers the goal.";

function plannedTask(team: TeamData, { maxItems, maxNesting }: Growth): JsonValue {
  const tools = [...new Set(Object.values(team.executors).flatMap((role) => role.tools ?? []))];
  return object({
    id: text("A short name: lower-case letters, digits, - and _. Used once."),
    title: text("One line for people."),
    brief: text("Everything the executor needs to know besides the goal and its inputs."),
    role: { type: "string", enum: Object.keys(team.executors) },
    kind: text("What sort of work it is, in a word or two, such as extract or implement."),
    tier: { type: "string", enum: team.ladder },
    tierReason: text("Why that tier and not the one below, in a sentence."),
    errorCost: { type: "string", enum: ["low", "high"] },
    urgency: { type: "string", enum: ["live", "batch"] },
    criteria: list(text("A statement that a reviewer answers with yes or no.")),
    dependsOn: list(text("The id of a task whose output this one needs.")),
    // Without tools and without growth it is the same as it always was, byte for byte.
    ...(tools.length === 0 ? {} : { tools: list({ type: "string", enum: tools }) }),
    ...(maxItems === 0 ? {} : { forEach: text(FOR_EACH) }),
    ...(maxNesting === 0 ? {} : { subgoal: { type: "number", description: SUBGOAL } }),
  });
}

const FOR_EACH =
  "The id of the task over whose list this one is done, once for each item; otherwise an empty string.";
const SUBGOAL = "Of a goal of its own, the share of the money that it may spend, at most 1; otherwise 0.";

/** The form an execution is asked for in. */
export interface ExecutionForm {
  /** What `output` is: text; JSON of the role's schema; or text that holds such JSON, when the API cannot say it. */
  readonly output: "text" | "json" | "json_text";
  readonly schema: JsonValue;
}

/** The form of an execution: an envelope around the output, which is text unless the role declares a schema. */
export function executionForm(
  outputSchema: JsonValue | undefined,
  asksForContradiction = false,
): ExecutionForm {
  const around = (output: JsonValue) => envelope(output, asksForContradiction);
  if (outputSchema === undefined)
    return { output: "text", schema: around(text("The output of the task, complete.")) };
  const sayable = toApiSchema(outputSchema);
  if (sayable === undefined)
    return { output: "json_text", schema: around(text("The output of the task, as JSON text.")) };
  const { schema, definitions } = sayable;
  return {
    output: "json",
    schema: { ...around(schema), ...(definitions === undefined ? {} : { $defs: definitions }) },
  };
}

function envelope(output: JsonValue, asksForContradiction: boolean): { readonly [key: string]: JsonValue } {
  return object({
    output,
    confidence: { type: "string", enum: ["high", "medium", "low"] },
    because: text("The ground for that word, in a sentence."),
    unverified: list(text("Something in the output that could not be verified.")),
    ...(asksForContradiction ? { contradiction: text(CONTRADICTION) } : {}),
  });
}

const CONTRADICTION =
  "What in the material contradicts the plan, with its evidence; otherwise an empty string.";

/** The schema of a review; the same for all tasks. */
export const REVIEW_SCHEMA: JsonValue = object({
  criteria: list(
    object({
      criterion: { type: "integer", description: "The number of the criterion." },
      met: { type: "boolean" },
      finding: text("The evidence, in a sentence or two."),
    }),
  ),
  problems: list(
    object({ description: text("The defect, with its evidence."), blocking: { type: "boolean" } }),
  ),
  blame: text("The id of the input's task that is itself wrong; otherwise an empty string."),
});

/** The schema of a comparison; the same for all tasks. */
export const PREFERENCE_SCHEMA: JsonValue = object({
  reason: text("The difference that settles it, with its evidence, in a sentence or two."),
  better: { type: "string", enum: ["first", "second", "neither"] },
});

/** The schema of a classification; the same for all tasks. */
export const CLASSIFICATION_SCHEMA: JsonValue = object({
  complexity: { type: "string", enum: ["mechanical", "generative", "reasoning"] },
  errorCost: { type: "string", enum: ["low", "high"] },
  reason: text("What decided it, in one short sentence."),
});

function object(properties: Properties): { readonly [key: string]: JsonValue } {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

function list(items: JsonValue): JsonValue {
  return { type: "array", items };
}

function text(description: string): JsonValue {
  return { type: "string", description };
}
