import type { Agents, Answer } from "../ports/agents.js";
import type { Classification } from "../routing/classification.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { TaskState } from "../run/state.js";
import { agentFault, faultOf, isClassification } from "./answers.js";
import { clip, clipFault } from "./clip.js";
import type { Asking } from "./performer-options.js";
import { classifyRequest } from "./requests.js";

/** What came of asking. */
interface Classified {
  readonly answer: Answer<Classification>;
  /** Resolves once it is durable; rejects when it has no place any more. */
  readonly recorded: Promise<void>;
}

/** Asks what sort of task it is, and records the answer, or that there is none. */
export async function performClassification(
  { runner, agents, journal, signal }: Asking,
  event: RunEvent<"classification.queued">,
  task: TaskState,
): Promise<Classified> {
  const { taskId } = event;
  const answer = await ask();
  return { answer, recorded: runner.recordDurably(factOf(taskId, answer)) };

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

function factOf(taskId: string, answer: Answer<Classification>): Fact {
  if (answer.outcome !== "ok")
    return { type: "classification.failed", taskId, fault: clipFault(answer.fault) };
  const { complexity, errorCost, reason } = answer.value;
  return { type: "classification.returned", taskId, complexity, errorCost, reason: clip(reason) };
}
