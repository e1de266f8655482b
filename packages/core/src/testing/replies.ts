import type { Answer, Execution, Review, ReviewRequest } from "../ports/agents.js";
import type { FailedOutcome, Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";

/** An executor's answer. */
export function ok(output: JsonValue, given: Partial<Omit<Execution, "output">> = {}): Answer<Execution> {
  return {
    outcome: "ok",
    value: { output, confidence: "high", because: "It was simple.", unverified: [], ...given },
  };
}

/**
 * No answer, of whichever agent.
 *
 * A `transport` fault may be retried unless it says otherwise; the others may not, as they are answers.
 */
export function fault(outcome: FailedOutcome, given: Partial<Omit<Fault, "outcome">> = {}): FaultAnswer {
  return {
    outcome,
    fault: {
      outcome,
      code: outcome.toUpperCase(),
      message: `It ended with ${outcome}.`,
      retryable: outcome === "transport",
      scope: "work",
      pause: outcome === "transport" ? "network" : "person",
      retryAfterMs: 0,
      issues: [],
      ...given,
    },
  };
}

/** The part of an answer that any agent can give. */
export interface FaultAnswer {
  readonly outcome: FailedOutcome;
  readonly fault: Fault;
}

/** A review that meets every criterion. */
export function accept({ task }: ReviewRequest): Answer<Review> {
  return { outcome: "ok", value: { criteria: met(task.criteria), problems: [], blame: null } };
}

/** A review that fails the first criterion, or finds a blocking problem when the task has none. */
export function reject(finding: string): (request: ReviewRequest) => Answer<Review> {
  return ({ task }) => ({ outcome: "ok", value: failing(task.criteria, finding, null) });
}

/** A review that fails, and holds the input `taskId` responsible. */
export function blame(taskId: string, finding: string): (request: ReviewRequest) => Answer<Review> {
  return ({ task }) => ({ outcome: "ok", value: failing(task.criteria, finding, taskId) });
}

function met(criteria: readonly string[]): Review["criteria"] {
  return criteria.map((_, criterion) => ({ criterion, met: true, finding: "" }));
}

function failing(criteria: readonly string[], finding: string, blamed: string | null): Review {
  if (criteria.length === 0) {
    return { criteria: [], problems: [{ description: finding, blocking: true }], blame: blamed };
  }
  const [, ...others] = met(criteria);
  return { criteria: [{ criterion: 0, met: false, finding }, ...others], problems: [], blame: blamed };
}
