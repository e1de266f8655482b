import { z } from "zod";
import { grantedTools } from "../plan/granted-tools.js";
import type { Task } from "../plan/plan.js";
import type { RevisionDue } from "../plan/revision.js";
import type {
  ClassifyRequest,
  ExecuteRequest,
  Input,
  PlanRequest,
  RejectedDraft,
  ReviewRequest,
  RevisionRequest,
  StandingTask,
} from "../ports/agents.js";
import type { CallJournal } from "../ports/call-journal.js";
import { present } from "../run/draft.js";
import { subgoalsOf } from "../run/enclosing.js";
import type { RunEvent } from "../run/events.js";
import { listedBy } from "../run/items-of.js";
import type { JsonValue } from "../run/json.js";
import type { Limits } from "../run/limits.js";
import { shownOf } from "../run/shown-of.js";
import { standingOf } from "../run/standing-of.js";
import type { RunState, TaskState } from "../run/state.js";
import type { RunJournal } from "./journal.js";

/** What the planner is asked. */
export function planRequest(
  state: RunState,
  event: RunEvent<"plan.queued">,
  signal: AbortSignal,
  calls: CallJournal,
): PlanRequest {
  const { runId, goal, team, calibration } = state;
  const { route, attempt, issues, retry } = event;
  return {
    runId,
    goal,
    team,
    limits: limitsFor(state, event.revises),
    route,
    attempt,
    retry,
    urgency: "live",
    prices: team.prices,
    issues,
    after: event.after ?? undefined,
    ...(calibration === null || calibration.length === 0 ? {} : { calibration }),
    ...(event.revises === undefined ? {} : { revision: revisionRequest(state, event.revises) }),
    signal,
    calls,
  };
}

/** The limits of what is planned: within a subgoal, others may lie less deep. */
function limitsFor(state: RunState, revises: RevisionDue | undefined): Limits {
  const { limits } = state;
  const levels = revises === undefined ? [] : subgoalsOf(state, { purpose: "plan", taskId: revises.taskId });
  if (levels.length === 0) return limits;
  return { ...limits, maxNesting: Math.max(0, limits.maxNesting - levels.length) };
}

/** What the planner is told of the plan that it may change; of a subgoal, only what it works from. */
function revisionRequest(state: RunState, due: RevisionDue): RevisionRequest {
  const about = state.tasks.get(due.taskId) as TaskState;
  const { tasks = [], answer = "" } = state.plan ?? {};
  return {
    ...due,
    task: about.task,
    inputs: inputsOf(state, about),
    tasks: due.cause === "subgoal" ? [] : tasks.flatMap(({ id }) => standingTask(state.tasks.get(id))),
    answer,
  };
}

function standingTask(state: TaskState | undefined): readonly StandingTask[] {
  const standing = state === undefined ? undefined : standingOf(state);
  if (state === undefined || standing === undefined) return [];
  return [{ task: state.task, standing, output: standing === "accepted" ? present(state).output : null }];
}

/** What a classifier is asked. */
export function classifyRequest(
  { runId, goal, team: { prices } }: RunState,
  { task }: TaskState,
  { route, urgency }: RunEvent<"classification.queued">,
  signal: AbortSignal,
  calls: CallJournal,
): ClassifyRequest {
  return { runId, goal, task, route, retry: 0, urgency, prices, signal, calls };
}

/** What an executor is asked. */
export function executeRequest(
  state: RunState,
  task: TaskState,
  event: RunEvent<"attempt.queued">,
  schema: z.ZodType | undefined,
  signal: AbortSignal,
  calls: RunJournal,
): ExecuteRequest {
  const { runId, goal } = state;
  const { route, attempt, reason, retry, urgency } = event;
  const before = task.attempts[task.attempts.length - 2];
  return {
    runId,
    goal,
    task: task.task,
    instructions: state.team.executors[task.task.role]?.instructions ?? "",
    route,
    attempt,
    retry,
    urgency,
    prices: state.team.prices,
    reason,
    inputs: inputsOf(state, task),
    draft: before === undefined ? undefined : rejectedDraft(task),
    fault: before?.fault ?? undefined,
    outputSchema: schemaOf(state, task.task.id, schema),
    ...(state.limits.maxRevisions > 0 ? { asksForContradiction: true } : {}),
    ...(reason === "first" && task.maxTokens !== null ? { maxTokens: task.maxTokens } : {}),
    ...toolsFor(state, task, attempt, calls),
    signal,
    calls,
  };
}

/** What its output must fit; when others are done for each item of it, a list at least. */
function schemaOf(state: RunState, taskId: string, schema: z.ZodType | undefined): JsonValue | undefined {
  if (schema !== undefined) return z.toJSONSchema(schema) as JsonValue;
  return listedBy(state, taskId) === undefined ? undefined : LIST;
}

const LIST: JsonValue = { type: "array", items: {} };

/** The tools that a task is granted, with all that goes with them; nothing for a task that has none. */
function toolsFor(
  { team }: RunState,
  { task, acts }: TaskState,
  attempt: number,
  calls: RunJournal,
): Pick<ExecuteRequest, "tools" | "maxTurns" | "toolCalls" | "acts"> {
  const tools = grantedTools(task, team);
  const before = acts.filter((act) => act.attempt < attempt);
  if (tools.length === 0) return {};
  const { maxTurns } = team.executors[task.role] ?? {};
  return {
    tools,
    ...(maxTurns === undefined ? {} : { maxTurns }),
    toolCalls: calls.tools(),
    ...(before.length === 0 ? {} : { acts: before }),
  };
}

/** What a reviewer is asked. Nothing the executor said of its own output is in it. */
export function reviewRequest(
  state: RunState,
  task: TaskState,
  event: RunEvent<"review.queued">,
  signal: AbortSignal,
  calls: CallJournal,
): ReviewRequest {
  const { runId, goal, team } = state;
  const { route, attempt, issues, retry, urgency } = event;
  const { output, tier } = present(task);
  const tools = grantedTools(task.task, team);
  return {
    runId,
    goal,
    task: task.task,
    instructions: team.reviewer.instructions,
    route,
    attempt,
    retry,
    urgency,
    prices: team.prices,
    executedAt: tier,
    output,
    inputs: inputsOf(state, task),
    ...(tools.length === 0 ? {} : { tools }),
    issues,
    signal,
    calls,
  };
}

const NO_INPUTS: readonly Input[] = [];

/** The accepted outputs a task works from, in the order it names them. */
export function inputsOf(state: RunState, { task }: TaskState): readonly Input[] {
  if (task.dependsOn.length === 0) return NO_INPUTS;
  const inputs = task.dependsOn.map((taskId) => inputOf(state, task, taskId));
  return inputs.includes(undefined) ? inputs.filter((input) => input !== undefined) : (inputs as Input[]);
}

function inputOf(state: RunState, task: Task, taskId: string): Input | undefined {
  const input = state.tasks.get(taskId);
  if (input?.acceptedBy == null) return undefined;
  const { tier, number } = present(input);
  const output = shownOf(state, task, input);
  return { taskId, title: input.task.title, output, tier, attempt: number, acceptedBy: input.acceptedBy };
}

/** The last output the task had, if it was not accepted. */
function rejectedDraft({ attempts }: TaskState): RejectedDraft | undefined {
  const last = attempts.slice(0, -1).findLast(({ outcome }) => outcome === "ok");
  if (last === undefined || last.rejectedFor === null) return undefined;
  const { output, tier, issues, rejectedFor } = last;
  return { output, tier, findings: issues !== null && issues.length > 0 ? issues : [rejectedFor] };
}
