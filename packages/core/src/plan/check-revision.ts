// Whether a plan that runs can be changed as its planner proposes, and how it reads then.
import type { TeamData } from "../team.js";
import { forEachIn } from "./check-growth.js";
import { checkPlan } from "./check-plan.js";
import { nested } from "./nest.js";
import type { AcceptedPlan, Plan, PlanLimits, PlannedTask, Task } from "./plan.js";
import type { CheckPlanOptions, PlanIssue } from "./plan-issue.js";
import { readPlan, readRevision } from "./read-plan.js";
import type { Revision, RevisionDue } from "./revision.js";
import { capTiers } from "./settle-plan.js";

/** Where a task of a plan that runs stands, as far as a change of the plan goes. */
export type Standing = "accepted" | "begun" | "unstarted" | "failed";

/** The plan that runs, as a change of it is held against it. */
export interface RunningPlan {
  readonly plan: AcceptedPlan;
  /** How often it was accepted or revised. */
  readonly revision: number;
  /** Every task that ever was, by id. */
  readonly tasks: ReadonlyMap<string, { readonly task: Task }>;
  /** `undefined` for a task that is no part of the plan any more. */
  readonly standingOf: (taskId: string) => Standing | undefined;
}

/** The change as it will be made, a reason to leave the plan as it is, or everything that is wrong. */
export type CheckedRevision =
  | { readonly ok: true; readonly revision: Revision }
  | { readonly ok: true; readonly kept: string }
  | { readonly ok: false; readonly issues: readonly PlanIssue[] };

/** What is changed in a plan. */
interface Change {
  readonly tasks: readonly PlannedTask[];
  /** Tasks whose dependencies alone change. */
  readonly repointed: readonly Task[];
  readonly withdrawn: readonly string[];
  readonly answer: string;
  readonly reason: string;
  /** The subgoal that new tasks lie in. */
  readonly within: string | undefined;
}

/** Checks what a planner proposes for a plan that runs: the whole plan as it would read. Never throws. */
export function checkRevision(
  running: RunningPlan,
  due: RevisionDue,
  proposal: unknown,
  team: TeamData,
  limits: PlanLimits,
  tierCap: NonNullable<CheckPlanOptions["tierCap"]> = "ignore",
): CheckedRevision {
  const change =
    due.cause === "subgoal"
      ? ofSubgoal(running, due, proposal, limits)
      : proposed(running, due, proposal, limits);
  if ("kept" in change || "issues" in change) return change;
  const issues = change.tasks.flatMap((task) => checkPut(task, running));
  if (issues.length > 0) return { ok: false, issues };
  return settle(running, due, change, team, limits, tierCap);
}

/** The plan of a subgoal, in the place of the task that it is. */
function ofSubgoal(
  { plan, tasks }: RunningPlan,
  { taskId }: RevisionDue,
  proposal: unknown,
  limits: PlanLimits,
): Change | Extract<CheckedRevision, { ok: false }> {
  const read = readPlan(proposal, limits);
  if (!read.ok) return read;
  const { task } = tasks.get(taskId) as { readonly task: Task };
  const inside = nested(task, read.plan);
  const long = inside.tasks.filter(({ id }) => id.length > MOST_IN_AN_ID);
  if (long.length > 0) return { ok: false, issues: long.map(({ id }) => tooLong(id)) };
  const repoint = (id: string): string => (id === taskId ? inside.answer : id);
  const repointed = plan.tasks
    .filter(({ dependsOn }) => dependsOn.includes(taskId))
    .map((user) => ({
      ...user,
      dependsOn: user.dependsOn.map(repoint),
      ...(user.forEach === undefined ? {} : { forEach: repoint(user.forEach) }),
    }));
  const count = inside.tasks.length;
  return {
    tasks: inside.tasks,
    repointed,
    withdrawn: [],
    answer: repoint(plan.answer),
    reason: `Subgoal "${taskId}" is planned as ${count} ${count === 1 ? "task" : "tasks"}.`,
    within: taskId,
  };
}

/** The longest id; the same as `TASK_ID` allows. */
const MOST_IN_AN_ID = 64;

function tooLong(id: string): PlanIssue {
  return {
    code: "PLAN_SHAPE",
    message: `In the plan that runs a task would be called "${id}", which has ${id.length} characters, and ids have at most ${MOST_IN_AN_ID}. Shorten its id.`,
  };
}

function proposed(
  running: RunningPlan,
  due: RevisionDue,
  proposal: unknown,
  limits: PlanLimits,
): Change | Exclude<CheckedRevision, { readonly revision: Revision }> {
  const read = readRevision(proposal, limits);
  if (!read.ok) return read;
  const { tasks, withdraw, answer, reason } = read.revision;
  if (tasks.length === 0 && withdraw.length === 0 && answer === running.plan.answer)
    return { ok: true, kept: reason };
  const withdrawn = [...new Set(withdraw)];
  const issues = withdrawn.flatMap((id) => checkWithdrawn(id, due, running));
  if (running.standingOf(answer) === "failed")
    issues.push(wrong(`The answer cannot be "${answer}", which failed. Name a task that can still be done.`));
  if (issues.length > 0) return { ok: false, issues };
  const { within } = (running.tasks.get(due.taskId) as { readonly task: Task }).task;
  return { tasks, repointed: [], withdrawn, answer, reason, within };
}

function checkWithdrawn(
  id: string,
  { taskId }: RevisionDue,
  { standingOf }: RunningPlan,
): readonly PlanIssue[] {
  const standing = standingOf(id);
  if (standing === "unstarted" || (id === taskId && standing !== undefined)) return [];
  return [wrong(`Task "${id}" cannot be withdrawn: ${inWords(standing)}. Leave it as it is.`)];
}

function checkPut({ id, dependsOn }: PlannedTask, { tasks, standingOf }: RunningPlan): readonly PlanIssue[] {
  const failed = dependsOn.filter((each) => standingOf(each) === "failed");
  const onFailed = failed.map((each) =>
    wrong(`Task "${id}" depends on "${each}", which failed. Name another, or none.`),
  );
  const standing = standingOf(id);
  const base = forEachIn(id);
  const isOfItem = tasks.get(base)?.task.forEach !== undefined;
  if ((!tasks.has(id) && !isOfItem) || standing === "unstarted") return onFailed;
  const why = isOfItem
    ? `that is an id of an item of "${base}"`
    : standing === undefined
      ? "that id was used before"
      : inWords(standing);
  return [
    wrong(`Task "${id}" cannot be put into the plan: ${why}. Give a new task an id of its own.`),
    ...onFailed,
  ];
}

function inWords(standing: Standing | undefined): string {
  if (standing === undefined) return "the plan does not hold it";
  return standing === "accepted" ? "it is accepted" : `it has ${standing}`;
}

function wrong(message: string): PlanIssue {
  return { code: "PLAN_REVISION", message };
}

/** Holds the whole plan, as it would read, against all that a plan must be. */
function settle(
  running: RunningPlan,
  due: RevisionDue,
  change: Change,
  team: TeamData,
  limits: PlanLimits,
  tierCap: NonNullable<CheckPlanOptions["tierCap"]>,
): CheckedRevision {
  const { plan, revision, tasks: known } = running;
  const total = known.size + change.tasks.filter(({ id }) => !known.has(id)).length;
  if (total > limits.maxTotalTasks) return { ok: false, issues: [tooMany(total, limits.maxTotalTasks)] };
  const within = levelsOf(running, change);
  const whole = planWith(plan, due, change);
  const roomy = { ...limits, maxTasks: total, maxEdges: Number.POSITIVE_INFINITY };
  const checked = checkPlan(whole, team, roomy, { within });
  if (!checked.ok) return checked;
  const ids = new Set(change.tasks.map(({ id }) => id));
  const settled = checked.plan.tasks.filter(({ id }) => ids.has(id)).map((task) => placed(task, within));
  const capped = capTiers(settled, team, limits, tierCap);
  if (!capped.ok) return capped;
  const changes = checked.plan.changes.filter(({ taskId }) => ids.has(taskId));
  return {
    ok: true,
    revision: {
      number: revision + 1,
      cause: due.cause,
      taskId: due.taskId,
      reason: change.reason,
      tasks: [...capped.tasks, ...change.repointed],
      withdrawn: change.withdrawn,
      answer: change.answer,
      changes: [...changes, ...capped.changes],
      warnings: checked.plan.warnings.filter((warning) => !plan.warnings.includes(warning)),
    },
  };
}

function tooMany(total: number, most: number): PlanIssue {
  const message = `Expected at most ${most} tasks over all revisions, got ${total}. Change less.`;
  return { code: "PLAN_TOO_LARGE", message };
}

/** The subgoals that the tasks of the plan would lie in. */
function levelsOf({ tasks }: RunningPlan, change: Change): ReadonlyMap<string, string> {
  const within = new Map<string, string>();
  for (const [id, { task }] of tasks) if (task.within !== undefined) within.set(id, task.within);
  for (const { id } of change.tasks)
    if (change.within !== undefined && !tasks.has(id)) within.set(id, change.within);
  return within;
}

function placed(task: Task, within: ReadonlyMap<string, string>): Task {
  const level = within.get(task.id);
  return level === undefined ? task : { ...task, within: level };
}

/** The plan as it would read, without the marks that only a plan that runs has. */
function planWith({ tasks, goal }: AcceptedPlan, { cause, taskId }: RevisionDue, change: Change): Plan {
  const now = new Map<string, PlannedTask>(
    [...change.repointed, ...change.tasks].map((task) => [task.id, task]),
  );
  const gone = new Set(cause === "subgoal" ? [taskId] : change.withdrawn);
  const old = tasks.filter(({ id }) => !gone.has(id)).map((task) => now.get(task.id) ?? task);
  const there = new Set(tasks.map(({ id }) => id));
  const added = change.tasks.filter(({ id }) => !there.has(id));
  return { goal, tasks: [...old, ...added].map(bare), answer: change.answer };
}

function bare(task: PlannedTask): PlannedTask {
  const { plannedTier: _, item: __, within: ___, ...planned } = task as Task;
  return planned;
}
