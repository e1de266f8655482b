import { z } from "zod";
import { type PlanChange, type PlannedTask, plannedTaskSchema, type Task } from "./plan.js";

/**
 * Why the plan of a run changes.
 *
 * `for_each`: the list that a task is done over is accepted. `subgoal`: a task that is a goal of its own is due. `flagged`: a
 * task would have to be settled by a person. `contradiction`: an executor found that its inputs contradict the plan.
 */
export const REVISION_CAUSES = ["for_each", "subgoal", "flagged", "contradiction"] as const;

export type RevisionCause = (typeof REVISION_CAUSES)[number];

/** What the planner is asked to change a plan for. */
export interface RevisionDue {
  readonly cause: Exclude<RevisionCause, "for_each">;
  /** The task that it is about. */
  readonly taskId: string;
  /** Why, in the words of who found it. */
  readonly reason: string;
}

/** A change of the plan that passed every check. What is not named in it stays as it is. */
export interface Revision {
  /** Counted from 2; the plan that was accepted first is 1. */
  readonly number: number;
  readonly cause: RevisionCause;
  /** The task that it is about; after `for_each` and `subgoal` the tasks below stand in its place. */
  readonly taskId: string;
  readonly reason: string;
  /** New tasks, and tasks that have not begun as they read from now on. */
  readonly tasks: readonly Task[];
  /** Tasks that will not be done. */
  readonly withdrawn: readonly string[];
  /** The task whose output answers the goal from now on. */
  readonly answer: string;
  readonly changes: readonly PlanChange[];
  readonly warnings: readonly string[];
}

/** What a planner returns when it is asked to change a plan that runs. Nothing in it: the plan stands as it is. */
export interface ProposedRevision {
  /** New tasks, and unstarted ones under their own ids as they are to read from now on. */
  readonly tasks: readonly PlannedTask[];
  /** Ids of tasks that are not to be done. */
  readonly withdraw: readonly string[];
  /** The id of the task whose output answers the goal. */
  readonly answer: string;
  /** Why it changes, or stays as it is, in a sentence or two. */
  readonly reason: string;
}

/** A proposed revision, read from a model. The number of tasks is the affair of `checkRevision`. */
export const proposedRevisionSchema: z.ZodType<ProposedRevision> = z.strictObject({
  tasks: z.array(plannedTaskSchema),
  withdraw: z.array(z.string().max(64)).max(10_000),
  answer: z.string().max(64),
  reason: z.string().max(8_192),
});

/** What the planner is asked to change a plan for, field by field, read from a log. */
export const revisionDueShape: { readonly [Field in keyof RevisionDue]: z.ZodType<RevisionDue[Field]> } = {
  cause: z.enum(["subgoal", "flagged", "contradiction"]),
  taskId: z.string().min(1).max(64),
  reason: z.string().max(1_048_576),
};
