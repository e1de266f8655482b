import type { Agents, Answer } from "../ports/agents.js";
import type { RunEvent } from "../run/events.js";
import type { JsonValue } from "../run/json.js";
import type { CallingWork } from "../run/open-work.js";
import { faultOf } from "./answers.js";
import { clipFault } from "./clip.js";
import type { RunJournal } from "./journal.js";
import { planRequest } from "./requests.js";
import type { Runner } from "./runner.js";

/** What asking for a plan needs. */
interface Parts {
  readonly runner: Runner;
  readonly agents: Agents;
  readonly journal: (work: CallingWork) => RunJournal;
  readonly signal: AbortSignal;
}

/** Asks the planner, and records its answer, or that there is none. `heed` hears the answer before it is recorded. */
export async function performPlan(
  { runner, agents, journal, signal }: Parts,
  event: RunEvent<"plan.queued">,
  heed: (answer: Answer<unknown>) => void,
): Promise<void> {
  const { attempt } = event;
  const request = planRequest(runner.state, event, signal, journal(event));
  try {
    const answer = await agents.plan(request);
    heed(answer);
    if (answer.outcome === "ok")
      runner.record({ type: "plan.proposed", attempt, plan: answer.value as JsonValue });
    else runner.record({ type: "plan.failed", attempt, fault: clipFault(answer.fault) });
  } catch (error) {
    runner.record({ type: "plan.failed", attempt, fault: faultOf(error, signal.aborted) });
  }
}
