import { noteAsked, type RunDraft } from "./draft.js";
import type { RunEvent } from "./events.js";
import type { ShadowTerms } from "./shadow.js";
import { type GradeEvent, type GradeState, gradeAfter } from "./shadow-state.js";

/** A shadow run has no plan: what it grades stands from the start. */
function begin(run: RunDraft, terms: ShadowTerms): void {
  run.status = "running";
  run.planning = { ...run.planning, status: "done" };
  run.shadow = { terms, grades: new Map() };
}

function gradesOf(run: RunDraft): Map<string, GradeState> {
  if (run.shadow === null) throw new Error("The log speaks of a grade, and is none of a shadow run.");
  return run.shadow.grades as Map<string, GradeState>;
}

function graded(run: RunDraft, event: GradeEvent): void {
  const grades = gradesOf(run);
  const [key, grade] = gradeAfter(event);
  grades.set(key, grade(grades.get(key)));
}

function gradeQueued(run: RunDraft, event: RunEvent<"grade.queued">): void {
  graded(run, event);
  run.underWay += 1;
  noteAsked(run, event.retry);
}

function gradeReturned(run: RunDraft, event: RunEvent<"grade.returned">): void {
  graded(run, event);
  run.underWay -= 1;
}

function gradeFailed(run: RunDraft, event: RunEvent<"grade.failed">): void {
  graded(run, event);
  run.underWay -= 1;
  const { scope, pause, message } = event.fault;
  if (scope === "run") run.halt ??= { reason: pause, message };
}

/** After a pause, what waited with the run is asked for as if for the first time. */
function resume(run: RunDraft): void {
  if (run.shadow === null) return;
  const grades = gradesOf(run);
  for (const [key, { status }] of grades) if (status === "stalled") grades.delete(key);
}

/** How the events about grades change a run. */
export const evolveShadow: {
  readonly begin: (run: RunDraft, terms: ShadowTerms) => void;
  readonly resume: (run: RunDraft) => void;
  readonly events: {
    readonly "grade.queued": typeof gradeQueued;
    readonly "grade.returned": typeof gradeReturned;
    readonly "grade.failed": typeof gradeFailed;
  };
} = {
  begin,
  resume,
  events: {
    "grade.queued": gradeQueued,
    "grade.returned": gradeReturned,
    "grade.failed": gradeFailed,
  },
};
