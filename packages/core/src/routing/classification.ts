import { z } from "zod";
import type { ErrorCost } from "../run/confidence.js";

/**
 * How much thought a task needs.
 *
 * `mechanical`: formatting, renaming, extraction. `generative`: new text or code of a known sort. `reasoning`:
 * architecture, subtle errors, many things at once.
 */
export type Complexity = "mechanical" | "generative" | "reasoning";

/** What a model says of a task before anybody does it, in two dimensions. */
export interface Classification {
  readonly complexity: Complexity;
  readonly errorCost: ErrorCost;
  readonly reason: string;
}

/** The fields of a classification, for whoever reads one. */
export const classificationShape: {
  readonly [Field in keyof Classification]: z.ZodType<Classification[Field]>;
} = {
  complexity: z.enum(["mechanical", "generative", "reasoning"]),
  errorCost: z.enum(["low", "high"]),
  reason: z.string().max(8_192),
};
