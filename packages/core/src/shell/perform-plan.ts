import type { Answer } from "../ports/agents.js";
import type { RunEvent } from "../run/events.js";
import type { JsonValue } from "../run/json.js";
import { faultOf } from "./answers.js";
import { clipFault } from "./clip.js";
import type { Asking } from "./performer-options.js";
import { planRequest } from "./requests.js";

/** Asks the planner, and records its answer, or that there is none. `heed` hears the answer before it is recorded. */
export async function performPlan(
  { runner, agents, journal, signal }: Asking,
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
