import type { Task } from "../plan/plan.js";
import type { JsonValue } from "../run/json.js";
import type { Route } from "../run/route.js";

/** An amount of tokens that is not known yet. */
export interface TokenRange {
  readonly least: number;
  readonly likely: number;
  readonly most: number;
}

/** A call that may be made. */
export interface ProspectiveCall {
  readonly purpose: "plan" | "classify" | "execute" | "review";
  readonly route: Route;
  readonly goal: string;
  /** What the role is told, always. */
  readonly instructions: string;
  /** `null` for the planner's. */
  readonly task: Task | null;
  /** The outputs that it will be shown: inputs, a draft and what was found wrong with it, the output to review. */
  readonly material: readonly Material[];
  /** The JSON Schema that an output must fit. */
  readonly outputSchema: JsonValue | undefined;
  /** The tools that it may use. @default none */
  readonly tools?: readonly string[];
  /** How often it may be asked until there is an answer, with tools. @default as often as agents allow */
  readonly maxTurns?: number;
}

/** An output that is not written yet. */
export interface Material {
  /** The title of its task. */
  readonly title: string;
  /** As its writer counts them. */
  readonly tokens: TokenRange;
}

/** What a call will use, the tokens of its material included. */
export interface CallSize {
  readonly promptTokens: TokenRange;
  /** Thinking included. */
  readonly outputTokens: TokenRange;
  /** How many such calls it takes until there is an answer, with tools. @default one */
  readonly turns?: TokenRange;
}

/** Says what a call will use. `most` is a bound that holds, and not a guess. */
export type SizeOf = (call: ProspectiveCall) => CallSize;
