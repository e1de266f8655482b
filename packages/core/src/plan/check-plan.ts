import { got, quoted } from "../errors.js";
import type { TeamData } from "../team.js";
import { checkGrowth } from "./check-growth.js";
import { findCycle, graphOf, type TaskGraph } from "./graph.js";
import { nearest } from "./nearest.js";
import { type Plan, type PlanLimits, planSchema } from "./plan.js";
import type { CheckedPlan, CheckPlanOptions, PlanIssue } from "./plan-issue.js";
import { settlePlan } from "./settle-plan.js";

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
  const growthIssues = checkGrowth(plan, limits);
  if (growthIssues.length > 0) return { ok: false, issues: growthIssues };
  const graph = graphOf(plan.tasks);
  const depthIssues = checkChains(plan, graph, limits);
  if (depthIssues.length > 0) return { ok: false, issues: depthIssues };
  return settlePlan(plan, graph, team, limits, options);
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
    if (namesTwice(dependsOn)) {
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

// A few names are compared with one another faster than a set of them is made; many never are.
const FEW = 8;

function namesTwice(ids: readonly string[]): boolean {
  if (ids.length > FEW) return new Set(ids).size < ids.length;
  for (let index = 1; index < ids.length; index += 1) {
    if (ids.indexOf(ids[index] as string) < index) return true;
  }
  return false;
}

function checkNames(plan: Plan, team: TeamData): PlanIssue[] {
  const issues: PlanIssue[] = [];
  for (const { id, role, tier, tools } of plan.tasks) {
    if (tools !== undefined) issues.push(...checkTools(id, role, tools, team));
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

/** A task has no tool that its role does not declare, whoever asks for it. */
function checkTools(
  id: string,
  role: string,
  tools: readonly string[],
  { executors }: TeamData,
): PlanIssue[] {
  const declared = Object.hasOwn(executors, role) ? (executors[role]?.tools ?? []) : [];
  return tools
    .filter((tool) => !declared.includes(tool))
    .map((tool) => {
      const near = nearest(tool, declared);
      const advice = near.length === 0 ? "It has none." : `Nearest: ${quoted(near)}.`;
      const what = `Task "${id}" asks for tool ${JSON.stringify(tool.slice(0, 128))}`;
      return {
        code: "PLAN_UNKNOWN_TOOL",
        message: `${what}, which its role ${JSON.stringify(role)} does not have. ${advice}`,
      };
    });
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
