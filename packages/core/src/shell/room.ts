import { OrchestrationError } from "../errors.js";
import type { Context } from "./assemble.js";

/** Refuses a run more than may be at work: whoever submits without end would fill the memory. */
export function assertRoom({ checked: { maxRuns }, atWork }: Pick<Context, "checked" | "atWork">): void {
  if (atWork.size < maxRuns) return;
  const message =
    `${atWork.size} runs are at work, and at most ${maxRuns} may be. ` +
    "Wait for one to end (`run.result()`), or allow more (`maxRuns`).";
  throw new OrchestrationError("QUEUE_FULL", message);
}
