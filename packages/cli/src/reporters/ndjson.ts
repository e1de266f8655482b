import type { Output } from "../surroundings.js";
import { safeJson } from "../text/safe-text.js";
import type { Reporter } from "./reporter.js";

/** Each new event as a JSON object on a line of its own, as it was recorded. */
export function ndjsonReporter(stream: Output): Reporter {
  return {
    tell: (event) => void stream.write(`${safeJson(event)}\n`),
    recall: () => {},
    end: async () => {},
  };
}
