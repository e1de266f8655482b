// What is asked for a grade. Nobody is told who made an output, at which tier, or what was found of it before.
import { grantedTools } from "../plan/granted-tools.js";
import type { CompareRequest, ExecuteRequest, ReviewRequest } from "../ports/agents.js";
import type { CallJournal } from "../ports/call-journal.js";
import type { RunEvent } from "../run/events.js";
import type { JsonValue } from "../run/json.js";
import type { ShadowSample } from "../run/shadow.js";
import type { RunState } from "../run/state.js";

/** What every request for a grade needs. */
export interface Grading {
  readonly state: RunState;
  readonly sample: ShadowSample;
  readonly event: RunEvent<"grade.queued">;
  readonly signal: AbortSignal;
  readonly calls: CallJournal;
}

function common({ state, sample: { task, inputs }, event, signal, calls }: Grading) {
  const { runId, team, shadow } = state;
  const { route, retry, urgency } = event;
  const goal = shadow?.terms.goal ?? state.goal;
  return { runId, goal, task, inputs, route, retry, urgency, prices: team.prices, signal, calls };
}

/** What the stronger reviewer is asked. */
export function regradeRequest(grading: Grading): ReviewRequest {
  const { state, sample } = grading;
  const { instructions } = state.team.reviewer;
  const { output, task } = sample;
  const tools = grantedTools(task, state.team);
  const had = tools.length === 0 ? {} : { tools };
  return { ...common(grading), instructions, attempt: 1, executedAt: null, output, ...had, issues: [] };
}

/** What the executor one tier lower is asked: the task, as if nobody had done it. */
export function lowerRequest(grading: Grading): ExecuteRequest {
  const { state, sample } = grading;
  const { task, outputSchema } = sample;
  return {
    ...common(grading),
    instructions: state.team.executors[task.role]?.instructions ?? "",
    attempt: 1,
    reason: "first",
    draft: undefined,
    fault: undefined,
    outputSchema: outputSchema ?? undefined,
  };
}

/** What the comparer is asked: the accepted output stands first in one order, and last in the other. */
export function compareRequest(grading: Grading, lower: JsonValue): CompareRequest {
  const { state, sample, event } = grading;
  const [first, second] =
    event.step === "compare_ab" ? [sample.output, lower] : ([lower, sample.output] as const);
  return { ...common(grading), instructions: state.team.reviewer.instructions, first, second };
}
