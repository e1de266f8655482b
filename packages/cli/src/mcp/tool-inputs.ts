// What clients may ask, each value with its bounds. The messages say what was expected, got, and what to do.

import type { Urgency } from "@terrace/core";
import { z } from "zod";

/** The text of an answer or a reason, at most so long. */
const text = (most: number, what: string): z.ZodString =>
  z
    .string({ error: `expected ${what}` })
    .min(1, { error: `expected ${what}, got an empty text` })
    .max(most, {
      error: ({ input }) => `expected at most ${most} characters, got ${String(input).length}. Shorten it`,
    });

/** The id of a run: nothing that could be a path. */
export const RUN_ID: RegExp = /^[A-Za-z0-9_-]{1,64}$/;

const NO_RUN_ID =
  "expected the id of a run, such as run_V1StGXR8_Z5jdHi6B-myT, at most 64 characters. list_runs has them";

/** The id of a run. */
export const runId: z.ZodString = z
  .string({ error: NO_RUN_ID })
  .regex(RUN_ID, { error: NO_RUN_ID })
  .describe("The id of a run, as submit_goal or list_runs gave it.");

/** The id of a task. */
export const taskId: z.ZodString = z
  .string({ error: "expected the id of a task" })
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
    error: "expected the id of a task: lower-case letters, digits, - and _, at most 64. get_run has them",
  });

/** A goal. */
export const goal: z.ZodString = text(100_000, "a goal").describe(
  "What is wanted, in words. Everything that is needed to do it.",
);

/** The text of a person's answer to a task. */
export const output: z.ZodString = text(100_000, "an output");

/** Why something was decided. */
export const reason: z.ZodString = text(1_000, "a reason").describe("Why, for the record.");

/** A tier of the ladder. */
export const tier: z.ZodString = text(64, "a tier of the ladder");

const MOST_TASKS = 1_000;

/** A plan, of which only the size is checked: the core says what is wrong with the rest. */
export const plan: z.ZodType<SizedPlan> = z
  .looseObject(
    {
      goal: z
        .string({ error: "expected a text" })
        .max(100_000, { error: "expected at most 100000 characters. Shorten it" })
        .exactOptional(),
      tasks: z.array(z.unknown(), { error: "expected a list of tasks" }).max(MOST_TASKS, {
        error: ({ input }) =>
          `expected at most ${MOST_TASKS} tasks, got ${(input as unknown[]).length}. Make fewer`,
      }),
      answer: z.string({ error: "expected the id of the task that gives the answer" }).max(64),
    },
    { error: "expected a plan: { goal, tasks, answer }" },
  )
  .describe(
    "A plan as `terrace plan --json` prints it: tasks of { id, title, brief, role, kind, tier, tierReason, errorCost, " +
      "criteria, dependsOn }, and the id of the task that gives the answer.",
  );

/** What could be a plan. */
export interface SizedPlan {
  readonly goal?: string;
  readonly tasks: readonly unknown[];
  readonly answer: string;
}

/** US dollars at list price. */
export const usd: z.ZodNumber = z
  .number({ error: "expected US dollars, such as 0.5" })
  .min(0.000_001, { error: "expected US dollars above 0" })
  .max(1_000_000, { error: "expected at most 1000000 US dollars" });

/** Whether tasks may wait for a batch. */
export const urgency: z.ZodType<Urgency> = z
  .enum(["live", "batch"], { error: 'expected "live" or "batch"' })
  .describe("batch lets tasks wait, up to a day, for half the price. Left out: as configured.");

/** A whole number within bounds. */
export function whole(least: number, most: number): z.ZodNumber {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}
