import type { Fact } from "./events.js";
import type { JsonValue } from "./json.js";
import { routeTo } from "./route-to.js";
import type { GradeStep, ShadowSample } from "./shadow.js";
import { shadowReport } from "./shadow-report.js";
import { findingOf, type GradeState, gradeKey, type ShadowState } from "./shadow-state.js";
import type { RunState } from "./state.js";

/**
 * What a shadow run does next: a stronger review of each sample; then, unless that overturns it, an attempt one tier
 * lower; then both outputs compared, in both orders. What brings no answer is left out: nothing escalates, and nothing
 * is repaired.
 */
export function decideShadow(state: RunState, shadow: ShadowState): readonly Fact[] {
  const facts = shadow.terms.samples.flatMap((sample) =>
    stepsDue(state, shadow, sample).flatMap((step) => queue(state, shadow, sample, step) ?? []),
  );
  if (facts.length > 0 || state.underWay > 0) return facts;
  return [{ type: "run.completed", answer: shadowReport(shadow) as unknown as JsonValue }];
}

function stepsDue(state: RunState, shadow: ShadowState, sample: ShadowSample): readonly GradeStep[] {
  const review = shadow.grades.get(gradeKey(sample.task.id, "review"));
  if (!isSettled(state, review)) return ["review"];
  const { verdict = "accept" } = findingOf(shadow, sample, "review") ?? {};
  // An output that does not stand is no measure of another.
  if (sample.lowerTo === null || verdict !== "accept") return [];
  const lower = findingOf(shadow, sample, "execute");
  if (lower === undefined) return ["execute"];
  return lower.issues.length > 0 ? [] : ["compare_ab", "compare_ba"];
}

function isSettled(state: RunState, grade: GradeState | undefined): boolean {
  if (grade === undefined) return false;
  return grade.status === "returned" || (grade.status === "failed" && !canAskAgain(state, grade));
}

function queue(
  state: RunState,
  { grades }: ShadowState,
  sample: ShadowSample,
  step: GradeStep,
): Fact<"grade.queued"> | undefined {
  const { task, lowerTo, regradeAt } = sample;
  const grade = grades.get(gradeKey(task.id, step));
  if (grade !== undefined && (grade.status !== "failed" || !canAskAgain(state, grade))) return undefined;
  return {
    type: "grade.queued",
    taskId: task.id,
    step,
    retry: grade === undefined ? 0 : grade.retries + 1,
    role: step === "execute" ? task.role : step === "review" ? "reviewer" : "comparer",
    route:
      step === "execute" && lowerTo !== null
        ? routeTo(state.team, lowerTo, task.role)
        : routeTo(state.team, regradeAt),
    urgency: "live",
    delayMs: grade?.fault?.retryAfterMs ?? 0,
  };
}

/** Only for want of an answer, and as often as any work of the run. */
function canAskAgain({ limits }: RunState, { fault, retries }: GradeState): boolean {
  if (fault === null || fault.outcome !== "transport" || !fault.retryable) return false;
  return retries < limits.maxRetries;
}
