import { got, quoted } from "../errors.js";
import { clampTier, topTier } from "../ladder.js";
import type { TeamData } from "../team.js";
import { findCycle, graphOf, hasGraph, type TaskGraph } from "./graph.js";
import { nearest } from "./nearest.js";
import {
  type AcceptedPlan,
  type Plan,
  type PlanChange,
  type PlanLimits,
  type PlannedTask,
  planSchema,
  type Task,
} from "./plan.js";

/** What is wrong with a plan. */
export interface PlanIssue {
  readonly code:
    | "PLAN_EMPTY"
    | "PLAN_TOO_LARGE"
    | "PLAN_SHAPE"
    | "PLAN_DUPLICATE_ID"
    | "PLAN_UNKNOWN_DEPENDENCY"
    | "PLAN_SELF_DEP"
    | "PLAN_CYCLE"
    | "PLAN_TOO_DEEP"
    | "PLAN_UNKNOWN_ROLE"
    | "PLAN_UNKNOWN_TIER"
    | "PLAN_UNKNOWN_ANSWER"
    | "PLAN_TIER_INFLATION";
  /** What, where, expected and got, and what to do; one line. */
  readonly message: string;
}

/** The plan as it will run, or everything that is wrong with it. */
export type CheckedPlan =
  | { readonly ok: true; readonly plan: AcceptedPlan }
  | { readonly ok: false; readonly issues: readonly PlanIssue[] };

/** Plans that this module made, so that handing one back does not check it again. */
const accepted = new WeakSet<object>();

/** Whether `value` is a plan that `checkPlan` accepted. */
export function isAccepted(value: object): value is AcceptedPlan {
  return accepted.has(value);
}

/** What `checkPlan` needs to know besides the team and the limits. */
export interface CheckPlanOptions {
  /** What the plan is for. @default what the plan itself says */
  readonly goal?: string;
  /**
   * Whether a plan with too many tasks on the top tier is an issue (`"refuse"`), is lowered (`"lower"`), or is
   * taken as it is (`"ignore"`: a person wrote it).
   * @default "ignore"
   */
  readonly tierCap?: "refuse" | "lower" | "ignore";
}

/**
 * Checks whatever a planner or a person proposes.
 *
 * Never throws. Sizes are counted before anything is built from them, so that a plan of any size is refused
 * cheaply.
 */
export function checkPlan(
  proposal: unknown,
  team: TeamData,
  limits: PlanLimits,
  options: CheckPlanOptions = {},
): CheckedPlan {
  const oversized = checkSize(proposal, limits);
  if (oversized.length > 0) return { ok: false, issues: oversized };
  const parsed = planSchema.safeParse(proposal, { reportInput: true });
  if (!parsed.success) return { ok: false, issues: parsed.error.issues.map(toShapeIssue) };
  const plan = parsed.data;
  const issues = [...checkIds(plan), ...checkNames(plan, team)];
  if (issues.length > 0) return { ok: false, issues };
  const graph = graphOf(plan.tasks);
  const depthIssues = checkChains(plan, graph, limits);
  if (depthIssues.length > 0) return { ok: false, issues: depthIssues };
  return settle(plan, graph, team, limits, options);
}

function checkSize(proposal: unknown, limits: PlanLimits): PlanIssue[] {
  const tasks = (proposal as { tasks?: unknown } | null | undefined)?.tasks;
  if (!Array.isArray(tasks)) return [];
  if (tasks.length === 0) {
    return [
      {
        code: "PLAN_EMPTY",
        message: "Expected a plan of at least one task, got none. Return one task at least.",
      },
    ];
  }
  if (tasks.length > limits.maxTasks) {
    return [tooLarge("tasks", limits.maxTasks, tasks.length, "Plan larger tasks.")];
  }
  let edges = 0;
  for (const task of tasks) {
    const dependsOn = (task as { dependsOn?: unknown } | null)?.dependsOn;
    if (Array.isArray(dependsOn)) edges += dependsOn.length;
    if (edges > limits.maxEdges) {
      return [
        tooLarge("dependencies", limits.maxEdges, edges, "Name only the tasks whose output is needed."),
      ];
    }
  }
  return [];
}

function tooLarge(what: string, limit: number, found: number, advice: string): PlanIssue {
  return {
    code: "PLAN_TOO_LARGE",
    message: `Expected at most ${limit} ${what}, got ${found} or more. ${advice}`,
  };
}

function toShapeIssue(issue: {
  path: PropertyKey[];
  message: string;
  input?: unknown;
  code: string;
}): PlanIssue {
  const where = issue.path.reduce<string>(
    (path, key) =>
      typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`,
    "",
  );
  const wrong = issue.message.replace(/^Invalid (input|option|string): /, "").replace(/, received .*$/, "");
  const found = issue.code === "unrecognized_keys" ? "" : `, got ${size(issue.input)}`;
  return { code: "PLAN_SHAPE", message: `${where === "" ? "The plan" : where}: ${wrong}${found}.` };
}

/** Long text is told by its length, not by its content. */
function size(value: unknown): string {
  return typeof value === "string" && value.length > 200 ? `text of ${value.length} characters` : got(value);
}

function checkIds(plan: Plan): PlanIssue[] {
  const first = new Map<string, number>();
  const issues: PlanIssue[] = [];
  plan.tasks.forEach(({ id }, index) => {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    else {
      issues.push({
        code: "PLAN_DUPLICATE_ID",
        message: `Task id "${id}" is used twice, at tasks[${earlier}] and tasks[${index}]. Give each task an id of its own.`,
      });
    }
  });
  for (const { id, dependsOn } of plan.tasks) {
    for (const dependency of dependsOn) {
      if (dependency === id) {
        issues.push({
          code: "PLAN_SELF_DEP",
          message: `Task "${id}" depends on itself. Remove "${id}" from its dependsOn.`,
        });
      } else if (!first.has(dependency)) {
        const near = nearest(dependency, first.keys());
        issues.push({
          code: "PLAN_UNKNOWN_DEPENDENCY",
          message: `Task "${id}" depends on "${dependency.slice(0, 64)}", which the plan does not hold. Nearest: ${quoted(near)}.`,
        });
      }
    }
    if (dependsOn.length > 1 && new Set(dependsOn).size < dependsOn.length) {
      issues.push({
        code: "PLAN_SHAPE",
        message: `Task "${id}" names a dependency twice: ${quoted(dependsOn)}. Name each once.`,
      });
    }
  }
  if (!first.has(plan.answer)) {
    issues.push({
      code: "PLAN_UNKNOWN_ANSWER",
      message: `The plan's answer is ${got(plan.answer)}, which is no task of it. Name the task that gives the answer.`,
    });
  }
  return issues;
}

function checkNames(plan: Plan, team: TeamData): PlanIssue[] {
  const issues: PlanIssue[] = [];
  for (const { id, role, tier } of plan.tasks) {
    if (!Object.hasOwn(team.executors, role)) {
      issues.push({
        code: "PLAN_UNKNOWN_ROLE",
        message:
          `Task "${id}" asks for role ${JSON.stringify(role)}, which the team does not declare. ` +
          `Declared executors: ${quoted(Object.keys(team.executors))}.`,
      });
    }
    if (!team.ladder.includes(tier)) {
      issues.push({
        code: "PLAN_UNKNOWN_TIER",
        message: `Task "${id}" asks for tier ${JSON.stringify(tier)}, which is not on the ladder. The ladder: ${quoted(team.ladder)}.`,
      });
    }
  }
  return issues;
}

function checkChains(plan: Plan, graph: TaskGraph, limits: PlanLimits): PlanIssue[] {
  if (graph.order.length < plan.tasks.length) {
    const cycle = findCycle(plan.tasks) ?? [];
    const path = cycle.map((id) => `"${id}"`).join(" → ");
    return [
      {
        code: "PLAN_CYCLE",
        message: `The plan has a cycle: ${path}. A task may depend only on tasks that come before it.`,
      },
    ];
  }
  let depth = 0;
  for (const length of graph.remaining) depth = Math.max(depth, length);
  if (depth <= limits.maxDepth) return [];
  return [
    {
      code: "PLAN_TOO_DEEP",
      message: `Expected chains of at most ${limits.maxDepth} tasks, got one of ${depth}. Join tasks that only follow one another.`,
    },
  ];
}

function settle(
  plan: Plan,
  graph: TaskGraph,
  team: TeamData,
  limits: PlanLimits,
  { goal = plan.goal ?? "", tierCap = "ignore" }: CheckPlanOptions,
): CheckedPlan {
  const changes: PlanChange[] = [];
  let tasks = plan.tasks.map((task) => applyRole(task, team, changes));
  if (tierCap !== "ignore") {
    const top = topTier(team.ladder);
    const allowed = Math.max(1, Math.floor(limits.maxTopTierShare * tasks.length));
    const atTop = tasks.filter(({ tier }) => tier === top);
    if (atTop.length > allowed && team.ladder.length > 1) {
      if (tierCap === "refuse") return { ok: false, issues: [inflation(atTop, allowed, top, tasks.length)] };
      tasks = lower(tasks, atTop, allowed, team, changes);
    }
  }
  const warnings = unusedOutputs(plan, graph);
  hasGraph(tasks, graph);
  const result: AcceptedPlan = { goal, tasks, answer: plan.answer, changes, warnings };
  accepted.add(result);
  return { ok: true, plan: result };
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
  if (role === undefined) return { ...task, plannedTier: task.tier };
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
  return { ...task, tier, errorCost, plannedTier: task.tier };
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
