import { z } from "zod";

/** The two policies that an experiment tries: how it is done now, and how it could be done. */
export type Arm = "control" | "treatment";

/** What a run is part of. */
export interface ExperimentMark {
  /** The experiment. */
  readonly name: string;
  readonly arm: Arm;
  /** What sort of goal it is: arms are compared within it. */
  readonly stratum: string;
}

/** A mark read from a log. */
export const experimentMarkSchema: z.ZodType<ExperimentMark> = z.strictObject({
  name: z.string().min(1).max(128),
  arm: z.enum(["control", "treatment"]),
  stratum: z.string().max(256),
});
