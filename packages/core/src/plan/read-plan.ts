import type { z } from "zod";
import { got } from "../errors.js";
import { type Plan, type PlanLimits, planSchema } from "./plan.js";
import type { PlanIssue } from "./plan-issue.js";
import { type ProposedRevision, proposedRevisionSchema } from "./revision.js";

/** What was read, or everything that is wrong with its form. */
type Read<Name extends string, Value> =
  | ({ readonly ok: true } & { readonly [Key in Name]: Value })
  | { readonly ok: false; readonly issues: readonly PlanIssue[] };

/** Reads a plan. Sizes are counted before anything is built from them. */
export function readPlan(proposal: unknown, limits: PlanLimits): Read<"plan", Plan> {
  const read = readAs(proposal, planSchema, "The plan", limits);
  if (!read.ok) return read;
  if (read.value.tasks.length > 0) return { ok: true, plan: read.value };
  const message = "Expected a plan of at least one task, got none. Return one task at least.";
  return { ok: false, issues: [{ code: "PLAN_EMPTY", message }] };
}

/** Reads what a planner proposes to change in a plan. */
export function readRevision(proposal: unknown, limits: PlanLimits): Read<"revision", ProposedRevision> {
  const read = readAs(proposal, proposedRevisionSchema, "The revision", limits);
  return read.ok ? { ok: true, revision: read.value } : read;
}

function readAs<Value>(
  proposal: unknown,
  schema: z.ZodType<Value>,
  what: string,
  limits: PlanLimits,
): Read<"value", Value> {
  const oversized = checkSize(proposal, limits);
  if (oversized.length > 0) return { ok: false, issues: oversized };
  const parsed = schema.safeParse(proposal, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, issues: parsed.error.issues.map((issue) => toShapeIssue(issue, what)) };
}

function checkSize(proposal: unknown, { maxTasks, maxEdges }: PlanLimits): PlanIssue[] {
  const tasks = (proposal as { tasks?: unknown } | null | undefined)?.tasks;
  if (!Array.isArray(tasks)) return [];
  if (tasks.length > maxTasks) {
    return [tooLarge("tasks", maxTasks, tasks.length, "Plan larger tasks.")];
  }
  let edges = 0;
  for (const task of tasks) {
    const dependsOn = (task as { dependsOn?: unknown } | null)?.dependsOn;
    if (Array.isArray(dependsOn)) edges += dependsOn.length;
    if (edges > maxEdges) {
      return [tooLarge("dependencies", maxEdges, edges, "Name only the tasks whose output is needed.")];
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

function toShapeIssue(
  issue: {
    path: PropertyKey[];
    message: string;
    input?: unknown;
    code: string;
  },
  what: string,
): PlanIssue {
  const where = issue.path.reduce<string>(
    (path, key) =>
      typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`,
    "",
  );
  const wrong = issue.message.replace(/^Invalid (input|option|string): /, "").replace(/, received .*$/, "");
  const found = issue.code === "unrecognized_keys" ? "" : `, got ${size(issue.input)}`;
  return { code: "PLAN_SHAPE", message: `${where === "" ? what : where}: ${wrong}${found}.` };
}

/** Long text is told by its length, not by its content. */
function size(value: unknown): string {
  return typeof value === "string" && value.length > 200 ? `text of ${value.length} characters` : got(value);
}
