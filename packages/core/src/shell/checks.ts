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

/** Nothing was found. */
export const PASSED: CheckReport = { issues: [], repairable: false };

/** What is wrong with an output's form, if anything is; then the checks would only stumble over it. */
export function checkForm({ schema }: TaskChecks, output: JsonValue): CheckReport | undefined {
  const parsed = schema?.safeParse(output);
  if (parsed === undefined || parsed.success) return undefined;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${["output", ...path].join(".")}: ${message}`,
  );
  return { issues, repairable: true };
}

/** Runs checks one after the other, to the last, whatever the first ones find. */
export async function runChecks(
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
