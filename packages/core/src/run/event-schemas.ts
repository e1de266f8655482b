import { z } from "zod";
import { alarmShape } from "../calibration/alarm.js";
import { calibrationRowSchema, MOST_ROWS, trendSchema } from "../calibration/calibration-row.js";
import { experimentMarkSchema } from "../experiment/mark.js";
import { acceptedTaskSchema } from "../plan/plan.js";
import { REVISION_CAUSES, revisionDueShape } from "../plan/revision.js";
import { priceRowSchema } from "../price-rows.js";
import { classificationShape } from "../routing/classification.js";
import { routingTermsSchema } from "../routing/terms.js";
import type { TeamData } from "../team.js";
import { budgetDataSchema } from "./budget.js";
import { confidenceSchema } from "./confidence.js";
import type { EventType, Resolution, RunEvent } from "./events.js";
import { faultSchema, pauseReasonSchema } from "./fault.js";
import { jsonSchema as json } from "./json.js";
import { limitsSchema } from "./limits.js";
import { gradeFindingSchema, gradeStepSchema, shadowTermsSchema } from "./shadow.js";
import { urgencySchema } from "./urgency.js";

const id = z.string().min(1).max(128);
const word = z.string().max(256);
const text = z.string().max(1_048_576);
const count = z.number().int().min(0);
const lines = z.array(text).max(10_000);
const tokens = z.number().int().min(0).max(1_000_000_000_000);
const money = z.number().int().min(0).nullable();
const effort = z.enum(["low", "medium", "high", "xhigh", "max"]).nullable();
const route = z.strictObject({ tier: word, model: word, effort });

const usage = z.strictObject({
  inputTokens: tokens,
  outputTokens: tokens,
  thinkingTokens: tokens,
  cacheReadTokens: tokens,
  cacheWrite5mTokens: tokens,
  cacheWrite1hTokens: tokens,
});

const share = z.number().min(0).max(1);

const role = z.strictObject({
  tier: word,
  description: text.exactOptional(),
  instructions: text,
  minTier: word,
  maxTier: word,
  errorCost: z.enum(["low", "high"]).nullable(),
  tools: z.array(z.string().max(128)).max(100).exactOptional(),
  maxTurns: z.int().min(1).max(20).exactOptional(),
  effort: z.enum(["low", "medium", "high", "xhigh", "max"]).exactOptional(),
});

const team: z.ZodType<TeamData> = z.strictObject({
  ladder: z.array(word).min(1).max(10),
  models: z.record(word, z.strictObject({ model: word, effort })),
  planner: z.strictObject({ tier: word, instructions: text }),
  executors: z.record(word, role),
  reviewer: z.strictObject({
    policy: z.enum(["thorough", "balanced", "economy", "custom"]),
    instructions: text,
    auditShare: share,
    sample: z.record(word, z.union([share, z.record(word, share)])).exactOptional(),
  }),
  // Logs of 0.1.0 do not have them.
  prices: z.array(priceRowSchema).max(10_000).default([]),
});

const change = z.strictObject({
  taskId: id,
  field: z.enum(["tier", "errorCost"]),
  from: word,
  to: word,
  reason: text,
});
const plan = z.strictObject({
  goal: text,
  tasks: z.array(acceptedTaskSchema),
  answer: id,
  changes: z.array(change),
  warnings: lines,
});

const resolution: z.ZodType<Resolution> = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("accept") }),
  z.strictObject({ action: z.literal("answer"), output: json }),
  z.strictObject({ action: z.literal("rerun"), tier: word }),
  z.strictObject({ action: z.literal("give_up") }),
]);

const finding = z.strictObject({ criterion: count, met: z.boolean(), finding: text });
const problem = z.strictObject({ description: text, blocking: z.boolean() });
const purpose = z.enum(["plan", "classify", "execute", "review", "shadow"]);
const flagCause = z.enum(["ladder", "refused", "review_refused", "context", "check", "budget", "plan"]);
const ofAttempt = { taskId: id, attempt: count.min(1) };
const ofTool = { ...ofAttempt, useId: id };
const ofCall = { purpose, tier: word, role: word, taskId: id.nullable(), attempt: count };
const key = z.string().min(1).max(256);
const proposal = {
  router: text,
  tier: word,
  reason: text,
  confidence: confidenceSchema,
  maxTokens: tokens.nullable(),
};
// Logs of 0.1.0 do not have it.
const urgency = urgencySchema.default("live");

const bodies: { readonly [E in EventType]: z.ZodRawShape } = {
  "run.submitted": {
    goal: text,
    team,
    limits: limitsSchema,
    plan: plan.nullable(),
    planOnly: z.boolean(),
    reuse: id.nullable(),
    // Older logs do not have these.
    budget: budgetDataSchema.nullable().default(null),
    expecting: z.array(id).max(100_000).default([]),
    urgency,
    approveAboveMicroUsd: money.default(null),
    routing: routingTermsSchema.nullable().default(null),
    shadow: shadowTermsSchema.nullable().default(null),
    experiment: experimentMarkSchema.nullable().default(null),
    golden: word.nullable().default(null),
  },
  "calibration.loaded": {
    runs: count,
    unread: count,
    rows: z.array(calibrationRowSchema).max(MOST_ROWS),
    trends: z.array(trendSchema).max(MOST_ROWS).default([]),
  },
  "alarm.raised": alarmShape,
  "plan.queued": {
    attempt: count,
    retry: count,
    route,
    issues: lines,
    after: z
      .enum(["truncated", "refused", "invalid_output", "empty", "context_exceeded", "transport"])
      .nullable(),
    delayMs: z.number().min(0),
    revises: z.strictObject(revisionDueShape).exactOptional(),
  },
  "plan.proposed": { attempt: count, plan: json },
  "plan.failed": { attempt: count, fault: faultSchema },
  "plan.rejected": { attempt: count, issues: lines },
  "plan.accepted": plan.shape,
  "plan.revised": {
    number: z.number().int().min(2),
    cause: z.enum(REVISION_CAUSES),
    taskId: id,
    reason: text,
    tasks: z.array(acceptedTaskSchema),
    withdrawn: z.array(id),
    answer: id,
    changes: z.array(change),
    warnings: lines,
  },
  "plan.kept": {
    ...revisionDueShape,
    because: text,
  },
  "plan.quoted": { minMicroUsd: money, likelyMicroUsd: money, maxMicroUsd: money },
  "plan.approved": { by: word },
  "classification.queued": { taskId: id, route, urgency: z.literal("live"), delayMs: z.number().min(0) },
  "classification.returned": { taskId: id, ...classificationShape },
  "classification.failed": { taskId: id, fault: faultSchema },
  "task.routed": { taskId: id, ...proposal, proposals: z.array(z.strictObject(proposal)).max(1_000) },
  "attempt.queued": {
    ...ofAttempt,
    retry: count,
    role: word,
    route,
    reason: z.enum(["first", "repair", "escalation", "redo", "person"]),
    urgency,
    delayMs: z.number().min(0),
  },
  "attempt.started": ofAttempt,
  "attempt.finished": {
    ...ofAttempt,
    output: json,
    confidence: confidenceSchema,
    because: text,
    unverified: lines,
    contradiction: text.exactOptional(),
  },
  "attempt.failed": { ...ofAttempt, fault: faultSchema },
  "attempt.checked": { ...ofAttempt, issues: lines, repairable: z.boolean() },
  "review.queued": {
    ...ofAttempt,
    retry: count,
    route,
    issues: lines,
    audit: z.boolean(),
    urgency,
    delayMs: z.number().min(0),
  },
  "review.returned": {
    ...ofAttempt,
    tier: word,
    verdict: z.enum(["accept", "rerun", "blame"]),
    reason: text,
    criteria: z.array(finding).max(1000),
    problems: z.array(problem).max(1000),
    blame: word.nullable(),
  },
  "review.failed": { ...ofAttempt, fault: faultSchema },
  "grade.queued": {
    taskId: id,
    step: gradeStepSchema,
    retry: count,
    role: word,
    route,
    urgency: z.literal("live"),
    delayMs: z.number().min(0),
  },
  "grade.returned": { taskId: id, finding: gradeFindingSchema },
  "grade.failed": { taskId: id, step: gradeStepSchema, fault: faultSchema },
  "task.accepted": { ...ofAttempt, tier: word, by: z.enum(["reviewer", "rule", "person"]) },
  "task.escalated": { taskId: id, from: word, to: word, reason: text },
  "task.degraded": { taskId: id, from: word, to: word, reason: text },
  "task.blamed": { taskId: id, by: id, reason: text },
  "task.flagged": { taskId: id, cause: flagCause, reason: text },
  // Older logs do not say who it was.
  "task.resolved": { taskId: id, resolution, by: word.default(""), reason: text },
  "task.failed": { taskId: id, reason: text },
  "task.skipped": { taskId: id, dueTo: id },
  "tool.held": { ...ofTool, tool: z.string().max(128), input: json },
  "tool.approved": { ...ofTool, tool: z.string().max(128), by: word },
  "tool.denied": { ...ofTool, by: word, reason: text },
  "tool.started": { ...ofTool, tool: z.string().max(128), input: json, hasEffect: z.boolean() },
  "tool.ended": { ...ofTool, isError: z.boolean(), content: text, ms: z.number().min(0) },
  "call.sent": {
    callId: id,
    ...ofCall,
    model: word,
    effort: word.nullable(),
    maxTokens: tokens,
    key,
    reservedMicroUsd: money,
    // Logs of 0.1.0 do not have these.
    reservedTokens: tokens.nullable().default(null),
    urgency,
    standsInFor: word.nullable().default(null),
  },
  "call.batched": { callId: id, batchId: id },
  "call.answered": {
    callId: id,
    model: word,
    requestId: word.nullable(),
    stopReason: word.nullable(),
    usage,
    costMicroUsd: money,
    priceAsOf: word.nullable(),
    latencyMs: z.number(),
    firstTokenMs: z.number().nullable().default(null),
    raw: json,
  },
  "call.failed": {
    callId: id,
    fault: faultSchema,
    latencyMs: z.number(),
    usage: usage.nullable(),
    costMicroUsd: money,
  },
  "call.orphaned": { callId: id, chargedMicroUsd: money },
  "call.reused": { ...ofCall, key, callId: id, fromRunId: id, savedMicroUsd: money },
  "budget.warned": { softMicroUsd: count, spentMicroUsd: count },
  "budget.changed": { budget: budgetDataSchema.nullable(), by: word },
  "run.paused": { reason: pauseReasonSchema, message: text, tasks: lines },
  "run.resumed": { by: word },
  "run.completed": { answer: json },
  "run.failed": { reason: text },
  "run.cancelled": { reason: text },
};

/** One schema for each event: what a log read back from anywhere must fit. Strict, with maxima. */
export const eventSchemas: { readonly [E in EventType]: z.ZodType<RunEvent<E>> } = Object.fromEntries(
  Object.entries(bodies).map(([type, body]) => [
    type,
    z.strictObject({ type: z.literal(type), runId: id, seq: count, at: z.number(), ...body }),
  ]),
) as unknown as { readonly [E in EventType]: z.ZodType<RunEvent<E>> };

/** How a person settles a flagged task. */
export const resolutionSchema: z.ZodType<Resolution> = resolution;

/** Whether `type` names an event. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(bodies, type);
}

/** Reads an event of a log; throws a `ZodError` when it is none that this version knows. */
export function parseEvent(value: unknown): RunEvent {
  const { type } = z.object({ type: z.string().refine(isEventType, "unknown event type") }).parse(value);
  return eventSchemas[type as EventType].parse(value) as RunEvent;
}
