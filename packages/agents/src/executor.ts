// A task and its inputs → an output, with the executor's own word on how sure it is.

import {
  type Answer,
  confidenceSchema,
  type ExecuteRequest,
  type Execution,
  type Fault,
  type JsonValue,
} from "@terrace/core";
import { z } from "zod";
import { effortOf, formFault, inShort, room, toLines, waiting } from "./intake.js";
import type { ModelClient, ModelReply, ModelRequest } from "./model-client.js";
import { executorContext, executorSystem, executorUser } from "./prompts/executor-prompt.js";
import { readJson } from "./read-json.js";
import { type ExecutionForm, executionForm } from "./schemas.js";
import { converse, MOST_TURNS } from "./tools/converse.js";
import { ToolSourceError } from "./tools/tool.js";
import { type Toolbox, toolbox } from "./tools/toolbox.js";

/** Room for an answer, thinking included; twice as much for one that broke off. */
export const EXECUTOR_TOKENS = 16_000;

/** What an executor has for tools, and who is told what is odd about them. */
export interface ExecutorTools {
  readonly toolbox: Toolbox;
  readonly warn: (line: string) => void;
}

/** Asks for one attempt at a task; with tools, as often as the model asks for one, and no more often than it may. */
export async function execute(
  client: ModelClient,
  request: ExecuteRequest,
  tools: ExecutorTools = { toolbox: toolbox([]), warn: () => {} },
): Promise<Answer<Execution>> {
  const { route, outputSchema, asksForContradiction = false } = request;
  const { maxTokens: cap = Number.POSITIVE_INFINITY } = request;
  const form = executionForm(outputSchema, asksForContradiction);
  const question: ModelRequest = {
    model: route.model,
    effort: effortOf(route, "medium"),
    maxTokens: Math.min(room(EXECUTOR_TOKENS, request.fault?.outcome === "truncated"), cap),
    system: [
      executorSystem(request.instructions, form.output, outputSchema, {
        turns: turnsOf(request),
        asksForContradiction,
      }),
      executorContext(request.goal),
    ],
    user: executorUser(request),
    schema: form.schema,
    retry: request.retry,
    ...waiting(request),
    prices: request.prices,
    signal: request.signal,
  };
  const reply = await ask(client, question, request, tools);
  return reply.outcome === "ok" ? read(reply.value.text, form.output, asksForContradiction) : reply;
}

async function ask(
  client: ModelClient,
  question: ModelRequest,
  request: ExecuteRequest,
  { toolbox, warn }: ExecutorTools,
): Promise<Answer<ModelReply>> {
  const { tools: names = [], toolCalls, calls, runId } = request;
  if (names.length === 0 || toolCalls === undefined) return client.ask(question, calls);
  const granted = await toolbox.open(names, runId).catch(toFault);
  if ("fault" in granted) return granted;
  return converse(client, question, {
    granted,
    calls,
    toolCalls,
    maxTurns: turnsOf(request) ?? MOST_TURNS,
    warn,
  });
}

/** How often the model is asked in an attempt with tools; `undefined` in one without. */
function turnsOf({ tools, maxTurns = MOST_TURNS }: ExecuteRequest): number | undefined {
  return tools === undefined ? undefined : Math.min(maxTurns, MOST_TURNS);
}

/** Why tools could not be had, as a fault of the run, or of this attempt when it may pass. */
function toFault(error: unknown): { readonly outcome: Fault["outcome"]; readonly fault: Fault } {
  const mayPass = error instanceof ToolSourceError && error.mayPass;
  const fault: Fault = {
    outcome: "transport",
    code: "TOOLS_MISSING",
    message: error instanceof ToolSourceError ? error.message : "The tools of the task could not be had.",
    retryable: mayPass,
    scope: mayPass ? "work" : "run",
    pause: mayPass ? "network" : "person",
    retryAfterMs: mayPass ? 1_000 : 0,
    issues: [],
  };
  return { outcome: fault.outcome, fault };
}

/** The envelope. What it says about confidence may be amiss; what is handed on may not. */
const envelopeSchema = z.strictObject({
  output: z.unknown().optional(),
  confidence: z.unknown().optional(),
  because: z.unknown().optional(),
  unverified: z.unknown().optional(),
});

const askingEnvelopeSchema = envelopeSchema.extend({ contradiction: z.unknown().optional() });

const statementSchema = z.object({
  confidence: confidenceSchema,
  because: z
    .string()
    .max(8_192)
    .refine((because) => because.trim() !== ""),
  unverified: z.array(z.string().max(8_192)).max(200),
});

function read(text: string, form: ExecutionForm["output"], asksForContradiction: boolean): Answer<Execution> {
  if (text.trim() === "") return nothing();
  const json = readJson(text);
  if (!json.ok) return unreadable(json.issues);
  const envelope = (asksForContradiction ? askingEnvelopeSchema : envelopeSchema).safeParse(json.value);
  const output = readOutput(json.value.output, form);
  if (!envelope.success || !output.ok) {
    return unreadable([
      ...(envelope.success ? [] : toLines(envelope.error)),
      ...(output.ok ? [] : output.issues),
    ]);
  }
  if (isNothing(output.value)) return nothing();
  const statement = { ...readStatement(envelope.data), ...readContradiction(envelope.data) };
  return { outcome: "ok", value: { output: output.value, ...statement } };
}

/** More of it than this nobody plans by. In characters. */
const MOST_OF_A_CONTRADICTION = 2_000;

/** What contradicts the plan; nothing when it is blank, or a word for that. It never spoils the output. */
function readContradiction(envelope: object): Pick<Execution, "contradiction"> {
  const contradiction = "contradiction" in envelope ? envelope.contradiction : undefined;
  if (typeof contradiction !== "string" || isNothing(contradiction)) return {};
  if (/^(none|no|nothing)[.!]?$/i.test(contradiction.trim())) return {};
  return { contradiction: contradiction.trim().slice(0, MOST_OF_A_CONTRADICTION) };
}

type OutputReading =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly issues: readonly string[] };

function readOutput(output: unknown, form: ExecutionForm["output"]): OutputReading {
  if (output === undefined) return { ok: false, issues: ["output: expected a value, got none"] };
  // It came out of `readJson`, so it is JSON.
  if (form === "json") return { ok: true, value: output as JsonValue };
  if (typeof output !== "string") return { ok: false, issues: ["output: expected a text"] };
  if (form === "text" || isNothing(output)) return { ok: true, value: output };
  const wrapped = readJson(`{"output":${output}}`);
  if (!wrapped.ok) return wrapped;
  if (wrapped.fenced || Object.keys(wrapped.value).length !== 1) {
    return { ok: false, issues: ["output: expected one JSON value and nothing around it"] };
  }
  return { ok: true, value: wrapped.value.output as JsonValue };
}

/** What the executor says of its own work; anything short of a full, valid statement counts as `low`. */
function readStatement(envelope: z.infer<typeof envelopeSchema>): Omit<Execution, "output"> {
  const statement = statementSchema.safeParse(envelope);
  if (statement.success) return statement.data;
  const unverified = statementSchema.shape.unverified.safeParse(envelope.unverified);
  return { confidence: "low", because: "Not stated.", unverified: unverified.success ? unverified.data : [] };
}

const PLACEHOLDERS = new Set(["n/a", "as above", "see above", "same as above", "as before", "tbd", "todo"]);

/** Whether an output is blank, or a mark or phrase that stands in for one. */
function isNothing(output: JsonValue): boolean {
  if (output === null) return true;
  if (typeof output !== "string") return false;
  const bare = output.replace(/[\s\p{Cf}]+/gu, " ").trim();
  if (bare.length > 20) return false;
  return /^[.…?_–—-]*$/.test(bare) || PLACEHOLDERS.has(bare.toLowerCase().replace(/[.!…]+$/, ""));
}

function nothing(): Answer<Execution> {
  const issue = "Expected the output of the task, got nothing, or a phrase in its place.";
  return formFault("empty", "OUTPUT_EMPTY", "The executor answered without an output.", [issue]);
}

function unreadable(issues: readonly string[]): Answer<Execution> {
  return formFault(
    "invalid_output",
    "OUTPUT_INVALID",
    `The executor's answer could not be read: ${inShort(issues)}`,
    issues,
  );
}
