import { z } from "zod";
import { BudgetError, OrchestrationError } from "../errors.js";
import type { Execution, Review } from "../ports/agents.js";
import type { Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";

/** A fault in the place of an answer that the agents should never have given. */
export function agentFault(error: unknown): Fault {
  const found = error instanceof Error ? error.message : String(error);
  return {
    outcome: "invalid_output",
    code: "AGENT_ERROR",
    message: `The agent gave no answer that can be used: ${found.slice(0, 1000)}`,
    retryable: false,
    scope: "work",
    pause: "person",
    retryAfterMs: 0,
    issues: [],
  };
}

/** A fault in the place of an answer that an agent was kept from giving: it was told to stop. */
function stoppedFault(error: unknown): Fault {
  const found = error instanceof Error ? error.message : String(error);
  return {
    outcome: "transport",
    code: "CANCELLED",
    message: `The agent was told to stop before it answered: ${found.slice(0, 1000)}`,
    retryable: true,
    scope: "work",
    pause: "network",
    retryAfterMs: 0,
    issues: [],
  };
}

/**
 * A fault in the place of an answer when an agent threw: since it might not send, was told to stop, or for no good
 * reason.
 */
export function faultOf(error: unknown, isStopped: boolean): Fault {
  if (!(error instanceof BudgetError)) {
    const wasStopped = isStopped || (OrchestrationError.is(error) && error.code === "RUN_ENDED");
    return wasStopped ? stoppedFault(error) : agentFault(error);
  }
  return {
    outcome: "transport",
    code: error.code,
    message: error.message,
    retryable: false,
    scope: error.scope === "run" ? "run" : "work",
    pause: "budget",
    retryAfterMs: 0,
    issues: [],
  };
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
  return {
    outcome: "invalid_output",
    code: "OUTPUT_TOO_LARGE",
    message,
    retryable: false,
    scope: "work",
    pause: "person",
    retryAfterMs: 0,
    issues: [message],
  };
}
