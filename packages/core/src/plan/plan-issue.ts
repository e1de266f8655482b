import type { AcceptedPlan } from "./plan.js";

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
    | "PLAN_UNKNOWN_TOOL"
    | "PLAN_UNKNOWN_ANSWER"
    | "PLAN_TIER_INFLATION"
    | "PLAN_FOR_EACH"
    | "PLAN_SUBGOAL"
    | "PLAN_REVISION";
  /** What, where, expected and got, and what to do; one line. */
  readonly message: string;
}

/** The plan as it will run, or everything that is wrong with it. */
export type CheckedPlan =
  | { readonly ok: true; readonly plan: AcceptedPlan }
  | { readonly ok: false; readonly issues: readonly PlanIssue[] };

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
  /** The subgoals that tasks lie in, by their ids. @default none lies in any */
  readonly within?: ReadonlyMap<string, string>;
}
