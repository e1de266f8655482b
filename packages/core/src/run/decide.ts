import { quoted } from "../errors.js";
import { toUsd } from "./budget-gate.js";
import { decidePlanning } from "./decide-planning.js";
import { decideReplan } from "./decide-replan.js";
import type { RoutingPolicy } from "./decide-routing.js";
import { decideShadow } from "./decide-shadow.js";
import { decideTask, type Policy } from "./decide-task.js";
import { present } from "./draft.js";
import type { Fact } from "./events.js";
import { isUncalibrated } from "./open-work.js";
import { stalled } from "./stalled.js";
import type { RunState, TaskState } from "./state.js";

const NOTHING: readonly Fact[] = [];

/**
 * What a run should do next, given everything that has happened in it: the facts to record now.
 *
 * Pure, and as cheap as what changed since it was last asked. Nothing to do until something else happens is
 * an empty list.
 *
 * @param policy Who reviews; by default the policy the team names.
 * @param routing Who says where tasks start, in a run that is routed.
 */
export function decide(
  state: RunState,
  policy: Policy = namedPolicy(state),
  routing?: RoutingPolicy,
): readonly Fact[] {
  if (state.status !== "planning" && state.status !== "running") return NOTHING;
  if (state.halt?.reason === "budget" && state.budget?.onExceed === "stop") {
    return state.underWay > 0 ? NOTHING : [{ type: "run.failed", reason: state.halt.message }];
  }
  const warning = warningOf(state);
  if (warning !== undefined) return [warning];
  const due = state.alarms?.due ?? [];
  if (due.length > 0) return due.map((alarm) => ({ type: "alarm.raised", ...alarm }));
  if (state.halt !== null) return [{ type: "run.paused", ...state.halt, tasks: waitingTasks(state) }];
  if (state.shadow !== null) return decideShadow(state, state.shadow);
  if (isUncalibrated(state)) return NOTHING;
  if (state.planning.status !== "done") {
    const facts = decidePlanning(state);
    // While a subgoal is planned, all else goes on; any other change of the plan is awaited.
    if (facts.length > 0 || state.planning.revises?.cause !== "subgoal") return facts;
  }
  if (state.planOnly) return [{ type: "run.completed", answer: null }];
  const approval = decideApproval(state);
  if (approval !== undefined) return approval;
  return decideAgenda(state, policy, routing) ?? decideEnd(state);
}

/** Nothing of a plan is begun before it is quoted, and approved if it is dear. */
function decideApproval({
  approveAboveMicroUsd: most,
  quote,
  isApproved,
}: RunState): readonly Fact[] | undefined {
  if (most === null || isApproved) return undefined;
  if (quote === null) return NOTHING;
  const { likelyMicroUsd } = quote;
  if (likelyMicroUsd !== null && likelyMicroUsd <= most) return undefined;
  const likely = likelyMicroUsd === null ? "an amount that nobody can say" : toUsd(likelyMicroUsd);
  const message = `The plan is likely to cost ${likely}, and above ${toUsd(most)} a person must approve.`;
  return [{ type: "run.paused", reason: "approval", message, tasks: [] }];
}

/** What the soft bound of the budget says, once it is passed. */
function warningOf({ budget, isWarned, ledger }: RunState): Fact<"budget.warned"> | undefined {
  const { softMicroUsd = null } = budget ?? {};
  if (softMicroUsd === null || isWarned) return undefined;
  const spentMicroUsd = ledger.total.microUsd + ledger.total.unknownMicroUsd;
  return spentMicroUsd < softMicroUsd ? undefined : { type: "budget.warned", softMicroUsd, spentMicroUsd };
}

function decideAgenda(
  state: RunState,
  policy: Policy,
  routing: RoutingPolicy | undefined,
): readonly Fact[] | undefined {
  const { agenda, agendaStart } = state;
  if (agenda.length - agendaStart === 0) return undefined;
  // The usual case: one task moved. A list of one takes a fifth of the room of one that is added to.
  if (agenda.length - agendaStart === 1) {
    const fact = decideOne(state, agenda[agendaStart] as TaskState, policy, routing);
    return fact === undefined ? undefined : [fact];
  }
  const facts: Fact[] = [];
  for (let index = agendaStart; index < agenda.length; index += 1) {
    const fact = decideOne(state, agenda[index] as TaskState, policy, routing);
    // Taking back an output undoes what the others are decided on, so they are asked again after it; so does a new plan.
    if (fact !== undefined && isAlone(fact)) return [fact];
    if (fact !== undefined) facts.push(fact);
  }
  return facts.length > 0 ? facts : undefined;
}

function decideOne(
  state: RunState,
  task: TaskState,
  policy: Policy,
  routing: RoutingPolicy | undefined,
): Fact | undefined {
  const fact = decideTask(state, task, policy, routing);
  return fact === undefined ? undefined : decideReplan(state, task, fact);
}

function isAlone({ type }: Fact): boolean {
  return type === "task.blamed" || type === "plan.revised" || type === "plan.queued";
}

function namedPolicy({ team }: RunState): Policy {
  return team.reviewer.policy === "custom" ? "thorough" : team.reviewer.policy;
}

function decideEnd(state: RunState): readonly Fact[] {
  if (state.open === 0) return [end(state)];
  if (state.underWay > 0 || state.planning.status === "asked") return NOTHING;
  if (state.planning.status === "stalled" && state.planning.fault !== null)
    return stalled(state.planning.fault);
  const tasks = waitingTasks(state);
  const first = state.tasks.get(tasks[0] ?? "");
  return first === undefined ? [] : [{ type: "run.paused", ...waitingFor(first), tasks }];
}

function end(state: RunState): Fact {
  const id = state.plan?.answer ?? "";
  const task = state.tasks.get(id);
  if (task?.status === "accepted") return { type: "run.completed", answer: present(task).output };
  const why =
    task?.status === "skipped" ? `it needs "${task.blockedBy}", which failed` : (task?.reason ?? "");
  return { type: "run.failed", reason: `Task "${id}", which gives the answer, was not done: ${why}` };
}

/** The tasks that wait for somebody or something outside: first those that no answer could be had for. */
function waitingTasks(state: RunState): string[] {
  const stalled: string[] = [];
  const flagged: string[] = [];
  for (const [id, { status }] of state.tasks) {
    if (status === "stalled") stalled.push(id);
    if (status === "flagged") flagged.push(id);
  }
  return [...stalled, ...flagged];
}

/** What a run whose only movable task is this one waits for. */
function waitingFor(task: TaskState): Pick<Fact<"run.paused">, "reason" | "message"> {
  const { id } = task.task;
  if (task.status === "stalled") {
    const { fault: attemptFault, reviewFault } = present(task);
    const fault = task.awaitsReview ? reviewFault : attemptFault;
    const message = fault?.message ?? "";
    return { reason: task.awaitsReview ? "reviewer" : (fault?.pause ?? "network"), message };
  }
  const tiers = [...new Set(task.attempts.map(({ tier }) => tier))];
  const message =
    `Task "${id}" is flagged for a person ${tiers.length === 0 ? "before it began" : `after ${quoted(tiers)}`}. Last reason: ${task.flag?.reason ?? ""} ` +
    `Settle it with \`run.resolve("${id}", …)\`${task.flag?.cause === "budget" ? ", or raise the budget" : ""}.`;
  return { reason: "person", message };
}
