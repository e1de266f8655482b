import { grantedTools } from "../plan/granted-tools.js";
import type { Input } from "../ports/agents.js";
import { present } from "./draft.js";
import type { JsonValue } from "./json.js";
import { isSampled, stepsAbove } from "./review-policy.js";
import { MOST_SAMPLES, type ShadowSample, type ShadowTerms } from "./shadow.js";
import type { RunState, TaskState } from "./state.js";

/** Outputs and inputs of more than so many characters of JSON are not kept a second time. */
const MOST_CHARACTERS = 8_000_000;

/** What is to be graded again. */
export interface ShadowQuestion {
  /** Of the attempts that a reviewer or a rule accepted, from 0 to 1. */
  readonly share: number;
  readonly oneDown: ShadowTerms["oneDown"];
  readonly inputsOf: (task: TaskState) => readonly Input[];
  /** The JSON Schema that outputs of a task must fit; `null` without one. */
  readonly schemaOf: (task: TaskState) => JsonValue;
}

/**
 * What of a run that has ended is graded again. The choice follows from the names alone, and is another than that of
 * audits and of reviews by sample.
 */
export function shadowTermsOf(state: RunState, question: ShadowQuestion): ShadowTerms {
  const { share, oneDown } = question;
  const { runId: ofRunId, goal } = state;
  const chosen = [...state.tasks.values()].filter((task) => isChosen(ofRunId, task, share));
  const samples: ShadowSample[] = [];
  let characters = 0;
  for (const task of chosen) {
    const sample = sampleOf(state, task, question);
    characters += JSON.stringify([sample.output, sample.inputs]).length;
    if (samples.length >= MOST_SAMPLES || characters > MOST_CHARACTERS) break;
    samples.push(sample);
  }
  return { ofRunId, goal, share, oneDown, samples, leftOut: chosen.length - samples.length };
}

function isChosen(runId: string, task: TaskState, share: number): boolean {
  const { status, acceptedBy } = task;
  if (status !== "accepted" || acceptedBy === "person" || acceptedBy === null) return false;
  return isSampled(share, `shadow of ${runId}`, task.task.id, present(task).number);
}

function sampleOf(state: RunState, task: TaskState, question: ShadowQuestion): ShadowSample {
  const { number: attempt, tier, output, reviewTier } = present(task);
  const { ladder } = state.team;
  const acceptedBy = task.acceptedBy ?? "reviewer";
  const reviewed = acceptedBy === "reviewer" ? reviewTier : null;
  return {
    task: task.task,
    attempt,
    tier,
    acceptedBy,
    reviewTier: reviewed,
    output,
    inputs: question.inputsOf(task),
    regradeAt: stepsAbove(ladder, reviewed ?? tier, 1),
    lowerTo: question.oneDown === "wanted" ? lowerOf(state, task) : null,
    outputSchema: question.schemaOf(task),
  };
}

/** One tier lower, if the role starts there and the task has not been tried there. Tools do not act for a comparison. */
function lowerOf({ team }: RunState, task: TaskState): string | null {
  const { ladder, executors } = team;
  if (grantedTools(task.task, team).length > 0) return null;
  const at = ladder.indexOf(present(task).tier);
  const lower = ladder[at - 1];
  const least = ladder.indexOf(executors[task.task.role]?.minTier ?? "");
  if (lower === undefined || at - 1 < least) return null;
  return task.attempts.some(({ tier }) => ladder.indexOf(tier) < at) ? null : lower;
}
