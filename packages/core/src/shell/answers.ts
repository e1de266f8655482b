import type { Answer, Execution } from "../ports/agents.js";
import { confidenceSchema } from "../run/confidence.js";
import type { Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";

/** A fault in the place of an answer that the agents should never have given. */
export function agentFault(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  return {
    outcome: "invalid_output",
    code: "AGENT_ERROR",
    message: `The agent threw instead of answering: ${message}`,
    retryable: false,
    scope: "work",
    pause: "person",
    retryAfterMs: 0,
    issues: [],
  };
}

/** Waits for an agent; one that throws has answered with a fault. */
export async function answerOf<Value>(ask: () => Promise<Answer<Value>>): Promise<Answer<Value>> {
  try {
    return await ask();
  } catch (error) {
    return { outcome: "invalid_output", fault: agentFault(error) };
  }
}

/** An execution with a confidence that can be relied on to be one of the words; anything else is `low`. */
export function withConfidence(execution: Execution): Execution {
  if (confidenceSchema.safeParse(execution.confidence).success) return execution;
  return { ...execution, confidence: "low", because: "Not stated." };
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
