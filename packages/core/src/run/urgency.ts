import { z } from "zod";

/** Whether an answer is wanted now, or may take up to a day at half the price. */
export type Urgency = "live" | "batch";

export const urgencySchema: z.ZodType<Urgency> = z.enum(["live", "batch"]);
