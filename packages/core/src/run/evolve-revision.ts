import { graphOf, startPriority, type TaskGraph } from "../plan/graph.js";
import type { AcceptedPlan, Task } from "../plan/plan.js";
import type { RevisionDue } from "../plan/revision.js";
import { enlist, type RunDraft, type TaskDraft, taskOf } from "./draft.js";
import type { RunEvent } from "./events.js";
import { itemsOf } from "./items-of.js";
import { newTask } from "./new-task.js";
import { isUnderWay } from "./open-work.js";
import type { Expansion } from "./planning.js";
import { isReplaced } from "./replaced.js";

/** The planner is asked to change the plan, for the first time or again. */
function asked(run: RunDraft, { cause, taskId }: RevisionDue, attempt: number, retry: number): void {
  if (cause === "subgoal" || attempt > 1 || retry > 0) return;
  taskOf(run, taskId).replanned = true;
  run.replans += 1;
}

function revised(run: RunDraft, event: RunEvent<"plan.revised">): void {
  const { number, cause, taskId, tasks, withdrawn } = event;
  if (cause === "for_each") noteItems(run, taskId);
  for (const id of withdrawn) putAway(run, taskOf(run, id), "withdrawn");
  if (cause === "for_each" || cause === "subgoal") putAway(run, taskOf(run, taskId), "expanded");
  run.revision = number;
  if (cause !== "for_each") noteGathering(run, tasks);
  const plan = planAfter(run, event);
  run.plan = plan;
  const graph = graphOf(plan.tasks);
  run.dependents = graph.dependents;
  const changed = new Set(tasks.map(({ id }) => id));
  plan.tasks.forEach((task, position) => {
    if (changed.has(task.id)) put(run, task, graph, position);
  });
  if (cause === "for_each") return;
  done(run);
  // What is left to do may cost more than what was approved.
  run.quote = null;
  run.isApproved = false;
}

/** How many items a task is done for, and who gathers what comes of them. */
function noteItems(run: RunDraft, taskId: string): void {
  const { task } = taskOf(run, taskId);
  // The very figure that is held against it before a task starts: no revision is due twice for one list.
  const items = itemsOf(run, task)?.length ?? 0;
  const before = run.expansions.get(taskId);
  run.expansions.set(taskId, before === undefined ? firstItems(run, task, items) : { ...before, items });
}

function firstItems(run: RunDraft, { id, forEach = "" }: Task, items: number): Expansion {
  const [gather = ""] = run.dependents.get(id) ?? [];
  const keepsList = run.tasks.get(gather)?.task.dependsOn.includes(forEach) === true;
  return { items, gather, keepsList };
}

/** Who works from an empty list in the place of whoever gathered gathers what it may list later. */
function noteGathering(run: RunDraft, tasks: readonly Task[]): void {
  for (const [id, expansion] of run.expansions) {
    const gather = run.tasks.get(expansion.gather);
    if (expansion.items > 0 || gather === undefined || !isReplaced(gather.status)) continue;
    const { forEach = "" } = taskOf(run, id).task;
    const next = tasks.find((task) => !run.tasks.has(task.id) && task.dependsOn.includes(forEach));
    if (next !== undefined) run.expansions.set(id, { ...expansion, gather: next.id });
  }
}

/** A task that is no part of the plan any more. What happened to it stays. */
function putAway(run: RunDraft, task: TaskDraft, status: "expanded" | "withdrawn"): void {
  if (isReplaced(task.status)) return;
  if (isUnderWay(task.status)) run.underWay -= 1;
  if (task.status !== "failed" && task.status !== "skipped") run.open -= 1;
  task.status = status;
  task.flag = null;
}

/** The plan with what a revision changes in it: tasks keep their places, and new ones come after all others. */
function planAfter(run: RunDraft, event: RunEvent<"plan.revised">): AcceptedPlan {
  const before = run.plan as AcceptedPlan;
  const now = new Map(event.tasks.map((task) => [task.id, task]));
  const tasks: Task[] = [];
  for (const task of before.tasks) {
    if (now.has(task.id) || !isReplaced(taskOf(run, task.id).status)) tasks.push(now.get(task.id) ?? task);
    now.delete(task.id);
  }
  tasks.push(...now.values());
  return {
    goal: before.goal,
    tasks,
    answer: event.answer,
    changes: [...before.changes, ...event.changes],
    warnings: [...before.warnings, ...event.warnings],
  };
}

/** Puts a task into the run, or in the place of what it was, and says what it waits for. */
function put(run: RunDraft, task: Task, graph: TaskGraph, position: number): void {
  const known = run.tasks.get(task.id);
  const state = known ?? newTask(task, graph, position);
  if (known === undefined) run.tasks.set(task.id, state);
  else replace(run, known, task, startPriority(graph, position, task.dependsOn.length));
  if (known === undefined || known.status === "withdrawn") run.open += 1;
  else if (isLost(known)) return;
  let waitingOn = 0;
  for (const id of task.dependsOn) if (run.tasks.get(id)?.status !== "accepted") waitingOn += 1;
  state.waitingOn = waitingOn;
  // An item may need what has failed while there was none.
  state.blockedBy = task.dependsOn.find((id) => hasFailed(run.tasks.get(id))) ?? null;
  state.status = state.blockedBy !== null ? "blocked" : waitingOn > 0 ? "waiting" : "ready";
  if (state.status !== "waiting") enlist(run, state);
}

function hasFailed(task: TaskDraft | undefined): boolean {
  return task?.status === "failed" || task?.status === "skipped";
}

/** A task under its own id, as it reads from now on. */
function replace(run: RunDraft, known: TaskDraft, task: Task, priority: number): void {
  known.task = task;
  known.priority = priority;
  if (isUnderWay(known.status)) run.underWay -= 1;
  if (known.attempts.length > 0) {
    if (known.status === "withdrawn") known.nextReason = "redo";
    return;
  }
  known.tier = task.tier;
  known.routedBy = null;
  known.maxTokens = null;
}

/** Something that it needed has failed: who it waits for does not bring it back. */
function isLost(task: TaskDraft): boolean {
  return hasFailed(task) || task.status === "blocked";
}

function kept(run: RunDraft): void {
  done(run);
}

function done(run: RunDraft): void {
  const { planning } = run;
  run.planning = { ...planning, status: "done", proposal: null, fault: null, revises: null };
}

/** How a change of the plan changes a run. */
export const evolveRevision: {
  readonly asked: typeof asked;
  readonly revised: typeof revised;
  readonly kept: typeof kept;
} = { asked, revised, kept };
