import { z } from "zod";
import type { ErrorCost } from "../run/confidence.js";
import { type Urgency, urgencySchema } from "../run/urgency.js";

/** One task as the planner proposes it. Flat and complete: the model must state every field. */
export interface PlannedTask {
  /** Lower-case letters, digits, `-` and `_`; at most 64 characters. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
  /** Everything the executor needs to know; it sees neither the goal's history nor the other tasks. */
  readonly brief: string;
  /** An executor role that the team declares. */
  readonly role: string;
  /** What sort of work it is, in a word or two, such as `extract` or `implement`. */
  readonly kind: string;
  /** The tier of the first attempt. */
  readonly tier: string;
  /** Why that tier and not the one below or above. */
  readonly tierReason: string;
  /** What a wrong output would cost. */
  readonly errorCost: ErrorCost;
  /** Statements a reviewer can answer with yes or no. */
  readonly criteria: readonly string[];
  /** Ids of the tasks whose outputs this one needs. */
  readonly dependsOn: readonly string[];
  /** Whether it can wait for half the price. @default as the run was submitted */
  readonly urgency?: Urgency;
  /** Those of the role's tools that it needs; no others can be named. @default all that the role has */
  readonly tools?: readonly string[];
  /**
   * The id of a task it depends on, whose output is a list: it is done once for each item, each time by a task of its own.
   * Exactly one task must depend on it: the one that gathers what came of all items. @default done once
   */
  readonly forEach?: string;
  /**
   * It is a goal of its own: the planner plans it when its inputs are there. The share, above 0 and up to 1, that its tasks may
   * spend of what the run, or the subgoal it lies in, may spend. @default a task that an executor does
   */
  readonly subgoal?: number;
}

/** What a planner returns: tasks, and which of them gives the answer. */
export interface Plan {
  /** What the plan is for, in the user's words; a planner leaves it out. */
  readonly goal?: string | undefined;
  readonly tasks: readonly PlannedTask[];
  /** The id of the task whose output answers the goal. */
  readonly answer: string;
}

/** What ids look like. They become file names, keys and prompt text, so nothing else is let in. */
export const TASK_ID: RegExp = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** What names of tools look like. */
export const TOOL_NAME: RegExp = /^[a-zA-Z0-9_-]{1,128}$/;

const taskShape = z.strictObject({
  id: z.string().regex(TASK_ID, "expected lower-case letters, digits, - and _, at most 64"),
  title: z.string().min(1).max(8_192),
  brief: z.string().min(1).max(32_768),
  role: z.string().min(1).max(64),
  kind: z.string().min(1).max(64),
  tier: z.string().max(64),
  tierReason: z.string().min(1).max(8_192),
  errorCost: z.enum(["low", "high"]),
  criteria: z.array(z.string().min(1).max(8_192)).max(50),
  dependsOn: z.array(z.string().max(64)),
  urgency: urgencySchema.exactOptional(),
  tools: z.array(z.string().min(1).max(128)).max(100).exactOptional(),
  forEach: z.string().max(64).exactOptional(),
  subgoal: z.number().gt(0).max(1).exactOptional(),
});

/** A task as a planner proposes it, read from a model or a file. */
export const plannedTaskSchema: z.ZodType<PlannedTask> = taskShape;

/** A task of an accepted plan, read from a log. */
export const acceptedTaskSchema: z.ZodType<Task> = taskShape.extend({
  plannedTier: z.string().max(64),
  item: z.strictObject({ forEach: z.string().max(64), number: z.number().int().min(1) }).exactOptional(),
  within: z.string().max(64).exactOptional(),
});

/** A whole plan, read from a model or a file. The number of tasks is the affair of `checkPlan`. */
export const planSchema: z.ZodType<Plan> = z.strictObject({
  goal: z.string().max(1_048_576).optional(),
  tasks: z.array(plannedTaskSchema),
  answer: z.string().max(64),
});

/** A task of an accepted plan: what was planned, after the role's limits were applied. */
export interface Task extends PlannedTask {
  /** The tier the planner asked for; differs from `tier` when the role or a cap moved it. */
  readonly plannedTier: string;
  /** It does the `forEach` task of that id for one item, counted from 1 in the order of the list. */
  readonly item?: { readonly forEach: string; readonly number: number };
  /** The subgoal that it was planned for. */
  readonly within?: string;
}

/** What was changed in a plan before it was accepted, and why. */
export interface PlanChange {
  readonly taskId: string;
  readonly field: "tier" | "errorCost";
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** A plan that passed every check. It changes by revisions only, each of which is checked and recorded. */
export interface AcceptedPlan {
  /** What the plan is for, in the user's words. */
  readonly goal: string;
  readonly tasks: readonly Task[];
  readonly answer: string;
  readonly changes: readonly PlanChange[];
  /** What deserves a look but stops nothing, such as a task whose output nobody uses. */
  readonly warnings: readonly string[];
}

/** How large a plan may be. */
export interface PlanLimits {
  /** @default 100 */
  readonly maxTasks: number;
  /** Dependencies over all tasks. @default 1000 */
  readonly maxEdges: number;
  /** Tasks on the longest chain. @default 20 */
  readonly maxDepth: number;
  /**
   * The largest share of tasks that a planner may put on the top tier, from 0 to 1; one task is always allowed.
   * @default 0.2
   */
  readonly maxTopTierShare: number;
  /** Tasks over all revisions, those that were replaced included. @default 1000 */
  readonly maxTotalTasks: number;
  /** Items that a task may be done for; 0 allows no `forEach`. @default 0 */
  readonly maxItems: number;
  /** How deep subgoals may lie in one another; 0 allows none. @default 0 */
  readonly maxNesting: number;
  /** How often the planner may change a plan that runs, when a task is flagged or contradicts it. @default 0 */
  readonly maxRevisions: number;
}

/** The limits of a plan when none are given. */
export const DEFAULT_PLAN_LIMITS: PlanLimits = {
  maxTasks: 100,
  maxEdges: 1000,
  maxDepth: 20,
  maxTopTierShare: 0.2,
  maxTotalTasks: 1000,
  maxItems: 0,
  maxNesting: 0,
  maxRevisions: 0,
};
