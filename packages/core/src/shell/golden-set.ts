import { z } from "zod";
import { DeclarationError, got } from "../errors.js";
import { TASK_ID } from "../plan/plan.js";
import type { Check } from "../ports/check.js";
import type { ErrorCost } from "../run/confidence.js";
import type { JsonValue } from "../run/json.js";

/** What an output must be, or hold. */
export interface Expected {
  /** The very output; blanks around a text do not count. */
  readonly equals?: JsonValue;
  /** Texts that must all occur in it. */
  readonly contains?: readonly string[];
}

/** A task whose right output is known, or whose criteria are sharp. */
export interface GoldenTask {
  readonly id: string;
  readonly kind: string;
  readonly brief: string;
  /** @default the team's first */
  readonly role?: string;
  /** @default its id */
  readonly title?: string;
  readonly criteria?: readonly string[];
  readonly errorCost?: ErrorCost;
  readonly dependsOn?: readonly string[];
  /** Checked before any review. @default only reviewed */
  readonly expected?: Expected;
}

/** Tasks that are done again, at every tier, to see how each fares with each kind. */
export interface GoldenSet {
  readonly name: string;
  /** What the tasks are for, as executors are told. */
  readonly goal?: string;
  readonly tasks: readonly GoldenTask[];
}

const line = z.string().min(1).max(8_192);
const taskSchema = z.strictObject({
  id: z.string().regex(TASK_ID, "expected lower-case letters, digits, - and _, at most 64"),
  kind: z.string().min(1).max(64),
  brief: z.string().min(1).max(32_768),
  role: z.string().min(1).max(64).exactOptional(),
  title: line.exactOptional(),
  criteria: z.array(line).max(50).exactOptional(),
  errorCost: z.enum(["low", "high"]).exactOptional(),
  dependsOn: z.array(z.string().max(64)).max(1_000).exactOptional(),
  expected: z
    .strictObject({
      equals: z.json().exactOptional(),
      contains: z.array(line).min(1).max(100).exactOptional(),
    })
    .exactOptional(),
  // A plan says these too. Here every tier has its turn, at once.
  tier: z.unknown().optional(),
  plannedTier: z.unknown().optional(),
  tierReason: z.unknown().optional(),
  urgency: z.unknown().optional(),
});
const setSchema = z.strictObject({
  name: z.string().min(1).max(200).exactOptional(),
  goal: z.string().max(100_000).exactOptional(),
  tasks: z.array(taskSchema).min(1).max(1_000),
  answer: z.unknown().optional(),
  changes: z.unknown().optional(),
  warnings: z.unknown().optional(),
});

/**
 * Reads a golden set from JSON; a plan is one too.
 *
 * @param name What it is called when it does not say.
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function readGoldenSet(json: unknown, name: string): GoldenSet {
  const parsed = setSchema.safeParse(json, { reportInput: true });
  if (parsed.success) {
    const { goal, tasks } = parsed.data;
    return {
      name: parsed.data.name ?? name,
      ...(goal === undefined ? {} : { goal }),
      tasks: tasks.map(({ tier: _, plannedTier: __, tierReason: ___, urgency: ____, ...task }) => task),
    };
  }
  throw new DeclarationError(
    "OPTIONS_INVALID",
    parsed.error.issues.map(
      ({ path, message, input }) =>
        `Expected the golden set's \`${path.join(".")}\` to be valid (${message}), got ${got(input)}.`,
    ),
  );
}

/** Holds an output against what is expected of it. */
export function expectedCheck({ equals, contains = [] }: Expected): Check {
  return {
    name: "expected",
    run(output) {
      const text = typeof output === "string" ? output : JSON.stringify(output);
      const missing = contains.filter((part) => !text.includes(part));
      const isOther = equals !== undefined && canonical(output) !== canonical(equals);
      return [
        ...(isOther ? [`Expected the output to be ${got(equals)}, got ${got(output)}.`] : []),
        ...missing.map((part) => `Expected the output to contain ${got(part)}, and it does not.`),
      ];
    },
  };
}

/** The same text for the same value, in whatever order its keys stand. */
function canonical(value: JsonValue): string {
  if (typeof value === "string") return JSON.stringify(value.trim());
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
