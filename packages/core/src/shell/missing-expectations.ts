import type { RunEvent } from "../run/events.js";
import { type Expectations, namesIn } from "./options.js";

/** The names that a run was submitted with expectations for, and that are not given now. */
export function missingExpectations(
  [first]: readonly RunEvent[],
  ...given: readonly Expectations[]
): readonly string[] {
  if (first?.type !== "run.submitted") return [];
  const known = namesIn(...given);
  return first.expecting.filter((name) => !known.includes(name));
}
