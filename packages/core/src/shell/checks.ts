import type { z } from "zod";
import type { Check, CheckContext } from "../ports/check.js";
import type { JsonValue } from "../run/json.js";

/** What the checks of an attempt found. */
export interface CheckReport {
  readonly issues: readonly string[];
  /** Whether only the form is wrong, which the same tier can mend. */
  readonly repairable: boolean;
}

/** The checks of one task: the form it must have, then what it must do. */
export interface TaskChecks {
  readonly schema: z.ZodType | undefined;
  readonly checks: readonly Check[];
}

const PASSED: CheckReport = { issues: [], repairable: false };

/**
 * Runs the checks of a task, one after the other; returns at once when none has to wait.
 *
 * A wrong form is reported alone: what follows would only stumble over it.
 */
export function runChecks(
  { schema, checks }: TaskChecks,
  output: JsonValue,
  context: CheckContext,
): CheckReport | Promise<CheckReport> {
  const parsed = schema?.safeParse(output);
  if (parsed?.success === false) {
    const issues = parsed.error.issues.map(({ path, message }) => `output.${path.join(".")}: ${message}`);
    return { issues, repairable: true };
  }
  if (checks.length === 0) return PASSED;
  return runEach(checks, output, context);
}

async function runEach(
  checks: readonly Check[],
  output: JsonValue,
  context: CheckContext,
): Promise<CheckReport> {
  const issues: string[] = [];
  for (const check of checks) {
    try {
      for (const issue of await check.run(output, context)) issues.push(`${check.name}: ${issue}`);
    } catch (error) {
      issues.push(`${check.name}: the check threw ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { issues, repairable: false };
}
