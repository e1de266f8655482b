import type { RunEvent } from "./events.js";
import type { Fault } from "./fault.js";
import type { GradeFinding, GradeStep, ShadowSample, ShadowTerms } from "./shadow.js";

/** Where a step of a grade stands. `stalled`: it waits with the run. */
export interface GradeState {
  readonly status: "queued" | "returned" | "failed" | "stalled";
  /** How often it was asked for again, since no answer came. */
  readonly retries: number;
  /** `null` until it is answered. */
  readonly finding: GradeFinding | null;
  /** Why it was not answered. */
  readonly fault: Fault | null;
}

/** What a shadow run has found so far. */
export interface ShadowState {
  readonly terms: ShadowTerms;
  /** By `gradeKey`. */
  readonly grades: ReadonlyMap<string, GradeState>;
}

/** The events that say how grades stand. */
export type GradeEvent = RunEvent<"grade.queued" | "grade.returned" | "grade.failed">;

/** Names a step of the grade of a task. */
export function gradeKey(taskId: string, step: GradeStep): string {
  return `${step} ${taskId}`;
}

/** What a step found, as far as it was answered. */
export function findingOf<Step extends GradeStep>(
  { grades }: ShadowState,
  { task }: ShadowSample,
  step: Step,
): FindingAt<Step> | undefined {
  const finding = grades.get(gradeKey(task.id, step))?.finding;
  return finding == null ? undefined : (finding as FindingAt<Step>);
}

type FindingAt<Step extends GradeStep> = Extract<
  GradeFinding,
  { readonly step: Step extends "compare_ab" | "compare_ba" ? "compare_ab" | "compare_ba" : Step }
>;

/** How a step stands after an event about it. */
export function gradeAfter(
  event: GradeEvent,
): readonly [key: string, grade: (before?: GradeState) => GradeState] {
  const { taskId } = event;
  switch (event.type) {
    case "grade.queued":
      return [
        gradeKey(taskId, event.step),
        () => ({ status: "queued", retries: event.retry, finding: null, fault: null }),
      ];
    case "grade.returned":
      return [
        gradeKey(taskId, event.finding.step),
        (before) => ({
          status: "returned",
          retries: before?.retries ?? 0,
          finding: event.finding,
          fault: null,
        }),
      ];
    case "grade.failed": {
      const { fault } = event;
      return [
        gradeKey(taskId, event.step),
        (before) => ({
          status: fault.scope === "run" ? "stalled" : "failed",
          retries: before?.retries ?? 0,
          finding: null,
          fault,
        }),
      ];
    }
    default:
      return event satisfies never;
  }
}

/** What a log found of what it was to grade; `undefined` when it is not of a shadow run. */
export function shadowIn(log: readonly RunEvent[]): ShadowState | undefined {
  const [first] = log;
  if (first?.type !== "run.submitted" || first.shadow == null) return undefined;
  const grades = new Map<string, GradeState>();
  for (const event of log) {
    if (event.type !== "grade.queued" && event.type !== "grade.returned" && event.type !== "grade.failed")
      continue;
    const [key, grade] = gradeAfter(event);
    grades.set(key, grade(grades.get(key)));
  }
  return { terms: first.shadow, grades };
}
