import { quoted } from "../errors.js";
import { clampTier, topTier } from "../ladder.js";
import type { ErrorCost } from "../run/confidence.js";
import type { TeamData } from "../team.js";
import { hasGraph, type TaskGraph } from "./graph.js";
import type { AcceptedPlan, Plan, PlanChange, PlanLimits, PlannedTask, Task } from "./plan.js";
import type { CheckedPlan, CheckPlanOptions, PlanIssue } from "./plan-issue.js";

/** Turns a sound plan into the one that runs: what the roles pin, what the tier cap lowers, what deserves a look. */
export function settlePlan(
  plan: Plan,
  graph: TaskGraph,
  team: TeamData,
  limits: PlanLimits,
  { goal = plan.goal ?? "", tierCap = "ignore" }: CheckPlanOptions,
): CheckedPlan {
  const changes: PlanChange[] = [];
  const settled = plan.tasks.map((task) => applyRole(task, team, changes));
  const capped = capTiers(settled, team, limits, tierCap);
  if (!capped.ok) return capped;
  const { tasks } = capped;
  changes.push(...capped.changes);
  const warnings = unusedOutputs(plan, graph);
  hasGraph(tasks, graph);
  const result: AcceptedPlan = { goal, tasks, answer: plan.answer, changes, warnings };
  return { ok: true, plan: result };
}

/** The tasks as they run, with what was lowered. */
type Capped =
  | { readonly ok: true; readonly tasks: readonly Task[]; readonly changes: readonly PlanChange[] }
  | { readonly ok: false; readonly issues: readonly PlanIssue[] };

/** Keeps the tasks that start at the top tier few: refuses too many, or lowers them. */
export function capTiers(
  tasks: readonly Task[],
  team: TeamData,
  { maxTopTierShare }: PlanLimits,
  tierCap: NonNullable<CheckPlanOptions["tierCap"]>,
): Capped {
  const changes: PlanChange[] = [];
  if (tierCap === "ignore") return { ok: true, tasks, changes };
  const top = topTier(team.ladder);
  const allowed = Math.max(1, Math.floor(maxTopTierShare * tasks.length));
  const atTop = tasks.filter(({ tier }) => tier === top);
  if (atTop.length <= allowed || team.ladder.length === 1) return { ok: true, tasks, changes };
  if (tierCap === "refuse") return { ok: false, issues: [inflation(atTop, allowed, top, tasks.length)] };
  return { ok: true, tasks: lower(tasks, atTop, allowed, team, changes), changes };
}

function unusedOutputs(plan: Plan, { dependents }: TaskGraph): string[] {
  const unused = plan.tasks.filter(({ id }) => id !== plan.answer && dependents.get(id)?.length === 0);
  if (unused.length === 0) return [];
  const names = quoted(unused.slice(0, 10).map(({ id }) => id));
  const rest = unused.length > 10 ? ` and ${unused.length - 10} more` : "";
  return [`PLAN_UNUSED_OUTPUT: nothing uses the output of ${names}${rest}, and none of them is the answer.`];
}

/** What the role pins beats what the plan says. */
function applyRole(task: PlannedTask, team: TeamData, changes: PlanChange[]): Task {
  const role = team.executors[task.role];
  if (role === undefined) return withTier(task, task.tier, task.errorCost);
  const tier = clampTier(team.ladder, task.tier, role.minTier, role.maxTier);
  if (tier !== task.tier) {
    const reason = `Role "${task.role}" runs from "${role.minTier}" to "${role.maxTier}".`;
    changes.push({ taskId: task.id, field: "tier", from: task.tier, to: tier, reason });
  }
  const errorCost = role.errorCost ?? task.errorCost;
  if (errorCost !== task.errorCost) {
    const reason = `Role "${task.role}" pins its error cost.`;
    changes.push({ taskId: task.id, field: "errorCost", from: task.errorCost, to: errorCost, reason });
  }
  return withTier(task, tier, errorCost);
}

// Spelled out, since a copy by spreading has half of its fields in a place apart, and these are read all the time.
function withTier(task: PlannedTask, tier: string, errorCost: ErrorCost): Task {
  const { id, title, brief, role, kind, tier: plannedTier, tierReason, criteria, dependsOn } = task;
  const { urgency, tools, forEach, subgoal } = task;
  const settled = {
    id,
    title,
    brief,
    role,
    kind,
    tier,
    tierReason,
    errorCost,
    criteria,
    dependsOn,
    plannedTier,
  };
  if (urgency === undefined && tools === undefined && forEach === undefined && subgoal === undefined)
    return settled;
  return {
    ...settled,
    ...(urgency && { urgency }),
    ...(tools && { tools }),
    ...(forEach !== undefined && { forEach }),
    ...(subgoal !== undefined && { subgoal }),
  };
}

function inflation(atTop: readonly Task[], allowed: number, top: string, total: number): PlanIssue {
  return {
    code: "PLAN_TIER_INFLATION",
    message:
      `${atTop.length} of ${total} tasks start at "${top}" (${quoted(atTop.slice(0, 10).map(({ id }) => id))}); ` +
      `at most ${allowed} may. Start at "${top}" only what a tier below cannot do.`,
  };
}

/** Lowers the tasks that lose least by it: those with low error cost first, in the order of the plan. */
function lower(
  tasks: readonly Task[],
  atTop: readonly Task[],
  allowed: number,
  team: TeamData,
  changes: PlanChange[],
): Task[] {
  const below = team.ladder[team.ladder.length - 2] as string;
  const movable = atTop.filter(({ role }) => team.executors[role]?.minTier !== topTier(team.ladder));
  const byCost = [...movable].sort((a, b) => Number(a.errorCost === "high") - Number(b.errorCost === "high"));
  const lowered = new Set(byCost.slice(0, atTop.length - allowed).map(({ id }) => id));
  return tasks.map((task) => {
    if (!lowered.has(task.id)) return task;
    const reason = `At most ${allowed} of ${tasks.length} tasks may start at the top tier.`;
    changes.push({ taskId: task.id, field: "tier", from: task.tier, to: below, reason });
    return { ...task, tier: below };
  });
}
