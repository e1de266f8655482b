import type { Agents, Answer } from "../ports/agents.js";
import type { Classification } from "../routing/classification.js";
import type { RunEvent } from "../run/events.js";
import type { TaskState } from "../run/state.js";
import { agentFault, faultOf, isClassification } from "./answers.js";
import { clip, clipFault } from "./clip.js";
import type { Asking } from "./performer-options.js";
import { classifyRequest } from "./requests.js";

/** Asks what sort of task it is, and records the answer, or that there is none. */
export async function performClassification(
  { runner, agents, journal, signal }: Asking,
  event: RunEvent<"classification.queued">,
  task: TaskState,
): Promise<Answer<Classification>> {
  const { taskId } = event;
  const answer = await ask();
  if (answer.outcome === "ok") {
    const { complexity, errorCost, reason } = answer.value;
    runner.record({ type: "classification.returned", taskId, complexity, errorCost, reason: clip(reason) });
  } else runner.record({ type: "classification.failed", taskId, fault: clipFault(answer.fault) });
  return answer;

  async function ask(): Promise<Answer<Classification>> {
    try {
      const request = classifyRequest(runner.state, task, event, signal, journal(event));
      // An orchestrator whose team asks a classifier has agents that answer.
      const found = await (agents.classify as NonNullable<Agents["classify"]>)(request);
      if (found.outcome !== "ok" || isClassification(found.value)) return found;
      const fault = agentFault("the classification is none.");
      return { outcome: fault.outcome, fault };
    } catch (error) {
      const fault = faultOf(error, signal.aborted);
      return { outcome: fault.outcome, fault };
    }
  }
}
