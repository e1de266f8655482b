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
  /** Retries of a run, as a share of all that is asked; the first 50 are free. Beyond it, the run is paused. @default 0.2 */
  readonly maxRetryShare: number;
  /**
   * How long a flagged task waits for a person, in milliseconds of the calendar; then it fails. `0`: nobody is there,
   * and it fails at once. `null`: for ever. A time that runs out while no process drives the run counts when one does.
   *
   * @default null
   */
  readonly personDeadlineMs: number | null;
}

/** The limits of a run when none are given. */
export const DEFAULT_LIMITS: Limits = {
  ...DEFAULT_PLAN_LIMITS,
  maxRetries: 3,
  maxRepairs: 1,
  maxOutputBytes: 1_048_576,
  maxRetryShare: 0.2,
  personDeadlineMs: null,
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
  // Older logs do not have these.
  maxRetryShare: z.number().min(0).max(1).default(0.2),
  personDeadlineMs: z
    .number()
    .int()
    .min(0)
    .max(366 * 86_400_000)
    .nullable()
    .default(null),
  maxTotalTasks: count.default(1000),
  maxItems: z.number().int().min(0).max(100_000).default(0),
  maxNesting: z.number().int().min(0).max(10).default(0),
  maxRevisions: z.number().int().min(0).max(100).default(0),
});
