import type { Environment } from "@terrace/core";

/** Resolves after a while, or as soon as the signal is aborted. */
export function sleep({ after }: Pick<Environment, "after">, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      stopTimer();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const stopTimer = after(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}
