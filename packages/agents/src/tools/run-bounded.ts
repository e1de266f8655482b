// One call of a tool, from its start until it has ended, or is waited for no longer.

import { systemEnvironment } from "@terrace/core";
import type { ToolContext } from "./tool.js";

/** How long a tool that was told to stop is waited for, in milliseconds. */
const GRACE_MS = 2_000;

/** How a call came to its end. */
export type ToolEnding =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown }
  /** Its time was up. What it brought after that is dropped. */
  | { readonly kind: "timed_out"; readonly hasStopped: boolean }
  /** The run is to stop, and the call did not end well. */
  | { readonly kind: "stopped" };

/** Runs a tool for so long and no longer. Never rejects. */
export async function runBounded(
  run: (context: ToolContext) => unknown,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ToolEnding> {
  const stop = new AbortController();
  const { after } = systemEnvironment;
  let isLate = false;
  let giveUp = (): void => {};
  const outOfGrace = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  let stopGrace = (): void => {};
  const tellToStop = (reason: unknown): void => {
    stopTimer();
    stopGrace();
    stopGrace = after(GRACE_MS, giveUp);
    stop.abort(reason);
  };
  const stopTimer = after(timeoutMs, () => {
    isLate = true;
    tellToStop(new Error("Its time was up."));
  });
  const onAbort = (): void => tellToStop(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const ending = await Promise.race([settle(() => run({ signal: stop.signal })), outOfGrace]);
    if (isLate) return { kind: "timed_out", hasStopped: ending !== undefined };
    if (ending === undefined || (signal.aborted && ending.kind === "threw")) return { kind: "stopped" };
    return ending;
  } finally {
    stopTimer();
    stopGrace();
    signal.removeEventListener("abort", onAbort);
  }
}

async function settle(
  run: () => unknown,
): Promise<Extract<ToolEnding, { readonly kind: "returned" | "threw" }>> {
  try {
    return { kind: "returned", value: await run() };
  } catch (error) {
    return { kind: "threw", error };
  }
}
