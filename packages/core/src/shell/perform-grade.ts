import type { Agents, Answer } from "../ports/agents.js";
import type { RunEvent } from "../run/events.js";
import type { CallingWork } from "../run/open-work.js";
import type { GradeFinding, ShadowSample } from "../run/shadow.js";
import { findingOf, type ShadowState } from "../run/shadow-state.js";
import type { TaskState } from "../run/state.js";
import { verdictOf } from "../run/verdict.js";
import {
  agentFault,
  faultOf,
  isExecution,
  isPreference,
  isReview,
  oversize,
  statedConfidence,
} from "./answers.js";
import { checkForm, runChecks, type TaskChecks } from "./checks.js";
import { clip, clipFault, clipLines } from "./clip.js";
import { compareRequest, type Grading, lowerRequest, regradeRequest } from "./grade-requests.js";
import type { RunJournal } from "./journal.js";
import type { Runner } from "./runner.js";

/** What grading needs. */
interface Parts {
  readonly runner: Runner;
  readonly agents: Agents;
  readonly journal: (work: CallingWork) => RunJournal;
  readonly signal: AbortSignal;
  readonly checksOf: (task: Pick<TaskState, "task">) => TaskChecks;
}

/** Makes one step of a grade, and records what it found, or that there is no answer. */
export async function performGrade(
  parts: Parts,
  event: RunEvent<"grade.queued">,
): Promise<Answer<GradeFinding>> {
  const { runner, signal } = parts;
  const { taskId, step } = event;
  const answer = await found().catch((error: unknown): Answer<GradeFinding> => {
    const fault = faultOf(error, signal.aborted);
    return { outcome: fault.outcome, fault };
  });
  if (answer.outcome === "ok") runner.record({ type: "grade.returned", taskId, finding: answer.value });
  else runner.record({ type: "grade.failed", taskId, step, fault: clipFault(answer.fault) });
  return answer;

  async function found(): Promise<Answer<GradeFinding>> {
    const shadow = runner.state.shadow as ShadowState;
    const sample = shadow.terms.samples.find(({ task }) => task.id === taskId) as ShadowSample;
    const grading = { state: runner.state, sample, event, signal, calls: parts.journal(event) };
    switch (step) {
      case "review":
        return await regrade(parts, grading);
      case "execute":
        return await lower(parts, grading);
      case "compare_ab":
      case "compare_ba":
        return await compare(parts, grading, shadow);
      default:
        return step satisfies never;
    }
  }
}

async function regrade({ agents }: Parts, grading: Grading): Promise<Answer<GradeFinding>> {
  const answer = await agents.review(regradeRequest(grading));
  if (answer.outcome !== "ok") return answer;
  if (!isReview(answer.value)) return unusable("the review has not the form of one.");
  const { criteria, problems, blame } = answer.value;
  const { task } = grading.sample;
  const { verdict, reason } = verdictOf(answer.value, task.criteria, task.dependsOn);
  return ok({ step: "review", verdict, reason: clip(reason), criteria, problems, blame });
}

/** The output is held against what is expected of it at once: one that fails is compared with nothing. */
async function lower({ agents, checksOf, signal }: Parts, grading: Grading): Promise<Answer<GradeFinding>> {
  const answer = await agents.execute(lowerRequest(grading));
  if (answer.outcome !== "ok") return answer;
  if (!isExecution(answer.value)) return unusable("the execution has no output.");
  const { output } = answer.value;
  const { runId, limits } = grading.state;
  const fault = oversize(output, limits.maxOutputBytes);
  if (fault !== undefined) return { outcome: fault.outcome, fault };
  const { task, inputs } = grading.sample;
  const expected = checksOf({ task });
  const context = { runId, task, attempt: 1, tier: grading.event.route.tier, inputs, signal };
  const { issues } = checkForm(expected, output) ?? (await runChecks(expected.checks, output, context));
  const { confidence } = statedConfidence(answer.value);
  return ok({ step: "execute", output, confidence, issues: clipLines(issues) });
}

async function compare(
  { agents }: Parts,
  grading: Grading,
  shadow: ShadowState,
): Promise<Answer<GradeFinding>> {
  const { sample, event } = grading;
  const { output = null } = findingOf(shadow, sample, "execute") ?? {};
  // Nothing is tried one tier lower for agents that do not compare; a process that resumes may have others.
  const answer = await agents.compare?.(compareRequest(grading, output));
  if (answer === undefined) return unusable("these agents do not compare outputs.");
  if (answer.outcome !== "ok") return answer;
  if (!isPreference(answer.value)) return unusable("the comparison names neither output.");
  const { better, reason } = answer.value;
  return ok({ step: event.step as "compare_ab" | "compare_ba", better, reason: clip(reason) });
}

function ok(value: GradeFinding): Answer<GradeFinding> {
  return { outcome: "ok", value };
}

function unusable(why: string): Answer<GradeFinding> {
  const fault = agentFault(why);
  return { outcome: fault.outcome, fault };
}
