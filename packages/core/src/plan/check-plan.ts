import { got, quoted } from "../errors.js";
import type { TeamData } from "../team.js";
import { checkGrowth } from "./check-growth.js";
import { findCycle, graphOf, type TaskGraph } from "./graph.js";
import { nearest } from "./nearest.js";
import type { Plan, PlanLimits } from "./plan.js";
import type { CheckedPlan, CheckPlanOptions, PlanIssue } from "./plan-issue.js";
import { readPlan } from "./read-plan.js";
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
  const read = readPlan(proposal, limits);
  if (!read.ok) return read;
  const { plan } = read;
  const issues = [...checkIds(plan), ...checkNames(plan, team)];
  if (issues.length > 0) return { ok: false, issues };
  const growthIssues = checkGrowth(plan, limits, options.within);
  if (growthIssues.length > 0) return { ok: false, issues: growthIssues };
  const graph = graphOf(plan.tasks);
  const depthIssues = checkChains(plan, graph, limits);
  if (depthIssues.length > 0) return { ok: false, issues: depthIssues };
  return settlePlan(plan, graph, team, limits, options);
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
