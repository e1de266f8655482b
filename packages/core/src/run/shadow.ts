import { z } from "zod";
import { acceptedTaskSchema, type Task } from "../plan/plan.js";
import type { CriterionFinding, Input, Problem } from "../ports/agents.js";
import type { AcceptedBy } from "./accepted-by.js";
import { type Confidence, confidenceSchema } from "./confidence.js";
import { type JsonValue, jsonSchema as json } from "./json.js";

/** An accepted attempt of a run that has ended, as it is graded again. */
export interface ShadowSample {
  readonly task: Task;
  readonly attempt: number;
  /** Where the attempt was made. */
  readonly tier: string;
  readonly acceptedBy: AcceptedBy;
  /** Who reviewed it; `null` when a rule spared the review. */
  readonly reviewTier: string | null;
  readonly output: JsonValue;
  readonly inputs: readonly Input[];
  /** Where it is reviewed again, and compared. */
  readonly regradeAt: string;
  /** Where the task is tried one tier lower; `null` when it is not. */
  readonly lowerTo: string | null;
  /** The JSON Schema that an output must fit. */
  readonly outputSchema: JsonValue;
}

/** What a shadow run grades again, as its log keeps it. */
export interface ShadowTerms {
  readonly ofRunId: string;
  /** The goal of that run. */
  readonly goal: string;
  /** The share of its accepted attempts that was asked for, from 0 to 1. */
  readonly share: number;
  /** Whether tasks are tried one tier lower, too: `unavailable` when the agents do not compare. */
  readonly oneDown: "wanted" | "unwanted" | "unavailable";
  readonly samples: readonly ShadowSample[];
  /** Attempts of the sample that were too many, or too large, to keep. */
  readonly leftOut: number;
}

/** The steps of a grade. Two comparisons show the same two outputs: the accepted one first, and the accepted one last. */
export type GradeStep = "review" | "execute" | "compare_ab" | "compare_ba";

/** In the order in which they are made. */
const GRADE_STEPS: readonly GradeStep[] = ["review", "execute", "compare_ab", "compare_ba"];

/** Of two outputs, the one that is better; `neither` when both are as good. */
export type Better = "first" | "second" | "neither";

/** What a step of a grade found. */
export type GradeFinding =
  | {
      readonly step: "review";
      readonly verdict: "accept" | "rerun" | "blame";
      readonly reason: string;
      readonly criteria: readonly CriterionFinding[];
      readonly problems: readonly Problem[];
      readonly blame: string | null;
    }
  | {
      readonly step: "execute";
      readonly output: JsonValue;
      readonly confidence: Confidence;
      /** What the checks found; then nothing is compared. */
      readonly issues: readonly string[];
    }
  | { readonly step: "compare_ab" | "compare_ba"; readonly better: Better; readonly reason: string };

/** What the calls of a step are recorded under, in the place of an attempt: from 1. */
export function stepNumber(step: GradeStep): number {
  return GRADE_STEPS.indexOf(step) + 1;
}

/** More are not graded in one run. */
export const MOST_SAMPLES = 100;

const word = z.string().max(256);
const text = z.string().max(1_048_576);

const input = z.strictObject({
  taskId: word,
  title: text,
  output: json,
  tier: word,
  attempt: z.number().int().min(0),
  acceptedBy: z.enum(["reviewer", "rule", "person"]),
});

/** Terms read from a log. */
export const shadowTermsSchema: z.ZodType<ShadowTerms> = z.strictObject({
  ofRunId: word,
  goal: text,
  share: z.number().min(0).max(1),
  oneDown: z.enum(["wanted", "unwanted", "unavailable"]),
  samples: z
    .array(
      z.strictObject({
        task: acceptedTaskSchema,
        attempt: z.number().int().min(1),
        tier: word,
        acceptedBy: z.enum(["reviewer", "rule", "person"]),
        reviewTier: word.nullable(),
        output: json,
        inputs: z.array(input).max(10_000),
        regradeAt: word,
        lowerTo: word.nullable(),
        outputSchema: json,
      }),
    )
    .max(MOST_SAMPLES),
  leftOut: z.number().int().min(0),
});

export const gradeStepSchema: z.ZodType<GradeStep> = z.enum([
  "review",
  "execute",
  "compare_ab",
  "compare_ba",
]);

/** What a step found, read from a log. */
export const gradeFindingSchema: z.ZodType<GradeFinding> = z.discriminatedUnion("step", [
  z.strictObject({
    step: z.literal("review"),
    verdict: z.enum(["accept", "rerun", "blame"]),
    reason: text,
    criteria: z
      .array(z.strictObject({ criterion: z.number().int().min(0), met: z.boolean(), finding: text }))
      .max(1000),
    problems: z.array(z.strictObject({ description: text, blocking: z.boolean() })).max(1000),
    blame: word.nullable(),
  }),
  z.strictObject({
    step: z.literal("execute"),
    output: json,
    confidence: confidenceSchema,
    issues: z.array(text).max(10_000),
  }),
  z.strictObject({
    step: z.enum(["compare_ab", "compare_ba"]),
    better: z.enum(["first", "second", "neither"]),
    reason: text,
  }),
]);
