import { z } from "zod";
import { BudgetError, OrchestrationError } from "../errors.js";
import type { Execution, Preference, Review } from "../ports/agents.js";
import { type Classification, classificationShape } from "../routing/classification.js";
import type { Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";

/** A fault that lies in the work itself: no request brought it about, so nothing is to be waited for. */
function workFault(fault: Pick<Fault, "outcome" | "code" | "message"> & Partial<Fault>): Fault {
  return { retryable: false, scope: "work", pause: "person", retryAfterMs: 0, issues: [], ...fault };
}

/** What somebody threw, in at most a thousand characters. */
function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1000);
}

/** A fault in the place of an answer that the agents should never have given. */
export function agentFault(error: unknown): Fault {
  const message = `The agent gave no answer that can be used: ${wordsOf(error)}`;
  return workFault({ outcome: "invalid_output", code: "AGENT_ERROR", message });
}

/** A fault in the place of an answer that an agent was kept from giving: it was told to stop. */
function stoppedFault(error: unknown): Fault {
  const message = `The agent was told to stop before it answered: ${wordsOf(error)}`;
  return workFault({ outcome: "transport", code: "CANCELLED", message, retryable: true, pause: "network" });
}

/** A fault in the place of an answer that no call was made for, since the budget does not bear it. */
function budgetFault({ code, message, scope }: BudgetError): Fault {
  const where = scope === "run" ? "run" : "work";
  return workFault({ outcome: "transport", code, message, scope: where, pause: "budget" });
}

/**
 * A fault in the place of an answer when an agent threw: since it might not send, was told to stop, or for no good
 * reason.
 */
export function faultOf(error: unknown, isStopped: boolean): Fault {
  if (error instanceof BudgetError) return budgetFault(error);
  const wasStopped = isStopped || (OrchestrationError.is(error) && error.code === "RUN_ENDED");
  return wasStopped ? stoppedFault(error) : agentFault(error);
}

/** Whether an executor answered with what it must. */
export function isExecution(value: Execution): boolean {
  const { output, unverified } = value as Partial<Execution>;
  return (
    output !== undefined &&
    Array.isArray(unverified) &&
    unverified.every((point) => typeof point === "string")
  );
}

/** Whether a reviewer answered with what it must. */
export function isReview(value: Review): boolean {
  return reviewSchema.safeParse(value).success;
}

/** Whether a classifier answered with what it must. */
export function isClassification(value: Classification): boolean {
  return classificationSchema.safeParse(value).success;
}

/** Whether a comparer answered with what it must. */
export function isPreference(value: Preference): boolean {
  return preferenceSchema.safeParse(value).success;
}

const preferenceSchema: z.ZodType<Preference> = z.object({
  better: z.enum(["first", "second", "neither"]),
  reason: z.string().max(100_000),
});

const classificationSchema = z.object(classificationShape);

const line = z.string().max(100_000);

const reviewSchema: z.ZodType<Review> = z.object({
  criteria: z
    .array(z.object({ criterion: z.number().int().min(0), met: z.boolean(), finding: line }))
    .max(1000),
  problems: z.array(z.object({ description: line, blocking: z.boolean() })).max(1000),
  blame: z.string().max(64).nullable(),
});

/** A confidence that can be relied on to be one of the words; anything else is `low`. */
export function statedConfidence({
  confidence,
  because,
}: Execution): Pick<Execution, "confidence" | "because"> {
  if (confidence === "high" || confidence === "medium" || confidence === "low")
    return { confidence, because };
  return { confidence: "low", because: "Not stated." };
}

/** Why an output is too large to be kept; `undefined` when it is not. */
export function oversize(output: JsonValue, maxBytes: number): Fault | undefined {
  const text = typeof output === "string" ? output : (JSON.stringify(output) ?? "");
  // A UTF-16 unit takes at most three bytes, so most texts need not be measured.
  const bytes = text.length * 3 <= maxBytes ? 0 : new TextEncoder().encode(text).length;
  if (bytes <= maxBytes) return undefined;
  const message = `Expected an output of at most ${maxBytes} bytes, got ${bytes}. Answer shorter.`;
  return workFault({ outcome: "invalid_output", code: "OUTPUT_TOO_LARGE", message, issues: [message] });
}
