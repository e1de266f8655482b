import type { Task } from "../plan/plan.js";
import type { JsonValue } from "../run/json.js";
import type { Input } from "./agents.js";

/** What a check may look at besides the output. */
export interface CheckContext {
  readonly runId: string;
  readonly task: Task;
  readonly attempt: number;
  readonly tier: string;
  readonly inputs: readonly Input[];
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
}

/**
 * A free, deterministic test of an output, made before any review.
 *
 * Returns what is wrong, each in a line; nothing wrong is an empty list. Called once an attempt. A check
 * that throws counts as an issue, since an output that breaks its check has not passed it.
 */
export interface Check {
  /** Named in the issues it finds. */
  readonly name: string;
  run(output: JsonValue, context: CheckContext): readonly string[] | Promise<readonly string[]>;
}
