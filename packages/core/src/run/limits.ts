import { z } from "zod";
import { DEFAULT_PLAN_LIMITS, type PlanLimits } from "../plan/plan.js";

/** The bounds of a run: nothing in it grows without one of these. */
export interface Limits extends PlanLimits {
  /** How often one piece of work is asked for again because no answer came. @default 3 */
  readonly maxRetries: number;
  /** How often a tier may mend an answer whose form is wrong. @default 1 */
  readonly maxRepairs: number;
  /** The largest output, in UTF-8 bytes of its JSON text. @default 1048576 */
  readonly maxOutputBytes: number;
}

/** The limits of a run when none are given. */
export const DEFAULT_LIMITS: Limits = {
  ...DEFAULT_PLAN_LIMITS,
  maxRetries: 3,
  maxRepairs: 1,
  maxOutputBytes: 1_048_576,
};

const count = z.number().int().min(1).max(1_000_000);

export const limitsSchema: z.ZodType<Limits> = z.strictObject({
  maxTasks: count,
  maxEdges: z.number().int().min(0).max(10_000_000),
  maxDepth: count,
  maxTopTierShare: z.number().min(0).max(1),
  maxRetries: z.number().int().min(0).max(10),
  maxRepairs: z.number().int().min(0).max(3),
  maxOutputBytes: z.number().int().min(1).max(33_554_432),
});
