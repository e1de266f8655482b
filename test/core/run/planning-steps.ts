// What is told of planning, by the core and by its planner.
import { decide, type Fact, type FailedOutcome, type Fault, type JsonValue } from "@terrace/core";
import { fault, type Step } from "@terrace/core/testing";

/** The core asks whenever it wants to, and what it decides happens. */
export const goOn: Step = (story) => story.tell(decide(story.state));

export const proposed = (plan: unknown, attempt = 1): Fact<"plan.proposed"> => ({
  type: "plan.proposed",
  attempt,
  plan: plan as JsonValue,
});

export const unplanned = (
  outcome: FailedOutcome,
  changes: Partial<Fault> = {},
  attempt = 1,
): Fact<"plan.failed"> => ({
  type: "plan.failed",
  attempt,
  fault: fault(outcome, changes).fault,
});

/** A question to the planner. */
export const questionOf = (changes: Partial<Fact<"plan.queued">> = {}): Fact<"plan.queued"> => ({
  type: "plan.queued",
  attempt: 1,
  retry: 0,
  route: { tier: "opus", model: "model-opus", effort: "medium" },
  issues: [],
  after: null,
  delayMs: 0,
  ...changes,
});

/** A change of the plan that stands. */
export const revised = (changes: Partial<Fact<"plan.revised">> = {}): Fact<"plan.revised"> => ({
  type: "plan.revised",
  number: 2,
  cause: "flagged",
  taskId: "a",
  reason: "Otherwise.",
  tasks: [],
  withdrawn: [],
  answer: "c",
  changes: [],
  warnings: [],
  ...changes,
});

/** What the plan will cost is known. */
export const quoted: Fact<"plan.quoted"> = {
  type: "plan.quoted",
  minMicroUsd: 1,
  likelyMicroUsd: 2,
  maxMicroUsd: 3,
};
