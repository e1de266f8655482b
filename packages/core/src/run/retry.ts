import type { Fault } from "./fault.js";
import type { RunState } from "./state.js";

/** Whether the answer itself was at fault, so that asking the same again would bring the same. */
export function isQuality(fault: Fault): boolean {
  return fault.outcome !== "transport";
}

/** Retries that any run may make, however small it is. */
const FREE_RETRIES = 50;

/** Whether an attempt was broken off since a person must allow a tool call of it first. */
export function isHeld({ code }: Fault): boolean {
  return code === "TOOL_HELD";
}

/** What is asked of a run: how much it has asked for, and how often again. */
type Asking = Pick<RunState, "limits" | "asked" | "askedAgain">;

/** Whether the same request may be sent again at the same tier. */
export function canRetry(fault: Fault, retries: number, { limits, asked, askedAgain }: Asking): boolean {
  if (isQuality(fault) || !fault.retryable || fault.scope === "run" || isHeld(fault)) return false;
  return retries < limits.maxRetries && askedAgain < Math.max(FREE_RETRIES, limits.maxRetryShare * asked);
}

/** Whether no request like it can ever succeed, although nothing is wrong with the run as a whole. */
export function isPermanent(fault: Fault): boolean {
  return !isQuality(fault) && !fault.retryable && fault.scope !== "run";
}
