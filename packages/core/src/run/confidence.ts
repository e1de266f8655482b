import { z } from "zod";

/**
 * How sure an executor says it is that its output is right.
 *
 * Self-reported and uncalibrated: it chooses who reviews, and never accepts anything by itself.
 */
export type Confidence = "high" | "medium" | "low";

/** Exactly the three words; numbers, percentages and other cases are refused, never converted. */
export const confidenceSchema: z.ZodType<Confidence> = z.enum(["high", "medium", "low"]);

/** What it would cost to accept a wrong output of a task, as the planner states it or a role pins it. */
export type ErrorCost = "low" | "high";
