import type { Fault } from "./fault.js";
import type { Limits } from "./limits.js";

/** Whether the answer itself was at fault, so that asking the same again would bring the same. */
export function isQuality(fault: Fault): boolean {
  return fault.outcome !== "transport";
}

/** Whether the same request may be sent again at the same tier. */
export function canRetry(fault: Fault, retries: number, limits: Limits): boolean {
  return !isQuality(fault) && fault.retryable && fault.scope !== "run" && retries < limits.maxRetries;
}

/** Whether no request like it can ever succeed, although nothing is wrong with the run as a whole. */
export function isPermanent(fault: Fault): boolean {
  return !isQuality(fault) && !fault.retryable && fault.scope !== "run";
}
