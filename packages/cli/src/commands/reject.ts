import type { ExitCode } from "../exit-codes.js";
import { REJECTED } from "../runs/deeds.js";
import { type CallOptions, settle } from "../runs/settle.js";
import type { Surroundings } from "../surroundings.js";

/** Gives up a flagged task, and with it whatever needs its output, or does not let a held tool call be made. */
export async function rejectCommand(
  runId: string,
  taskId: string,
  options: CallOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { tool: useId } = options;
  const settlement =
    useId === undefined
      ? ({ runId, taskId, resolution: REJECTED } as const)
      : { runId, taskId, useId, isAllowed: false };
  return await settle(settlement, options, surroundings);
}
