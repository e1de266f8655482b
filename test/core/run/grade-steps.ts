// What is told of a shadow run, and of the steps of its grades.
import type { Fact, GradeStep } from "@terrace/core";
import { fault, type Step, submitted } from "@terrace/core/testing";

/** A run that grades another, of which it holds no sample. */
export const shadowing: Step = submitted({
  terms: { shadow: { ofRunId: "run_0", goal: "", share: 1, oneDown: "wanted", samples: [], leftOut: 0 } },
});

/** A step of the grade of task "a" is asked for. */
export const graded = (step: GradeStep, retry = 0): Fact => ({
  type: "grade.queued",
  taskId: "a",
  step,
  retry,
  role: "comparer",
  route: { tier: "haiku", model: "model-haiku", effort: null },
  urgency: "live",
  delayMs: 0,
});

export const compared = (step: "compare_ab" | "compare_ba"): Fact => ({
  type: "grade.returned",
  taskId: "a",
  finding: { step, better: "neither", reason: "They are alike." },
});

export const ungraded = (step: GradeStep): Fact => ({
  type: "grade.failed",
  taskId: "a",
  step,
  fault: fault("transport").fault,
});
