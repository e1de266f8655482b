import type { JsonValue } from "./json.js";

/** A tool call that is made only when a person lets it. */
export interface HeldTool {
  readonly attempt: number;
  readonly useId: string;
  readonly tool: string;
  readonly input: JsonValue;
}
