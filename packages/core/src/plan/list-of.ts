import type { JsonValue } from "../run/json.js";

/** The list that an output is: a JSON list, or a text that is one. `undefined` when it is none. */
export function listOf(output: JsonValue): readonly JsonValue[] | undefined {
  if (Array.isArray(output)) return output;
  if (typeof output !== "string") return undefined;
  try {
    const parsed: JsonValue = JSON.parse(output);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
