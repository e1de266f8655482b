import type { ExitCode } from "../exit-codes.js";
import { APPROVED } from "../runs/deeds.js";
import { type CallOptions, settle } from "../runs/settle.js";
import type { Surroundings } from "../surroundings.js";

/** Accepts the draft of a flagged task as its output, or lets a held tool call be made. */
export async function approveCommand(
  runId: string,
  taskId: string,
  options: CallOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { tool: useId } = options;
  const settlement =
    useId === undefined
      ? ({ runId, taskId, resolution: APPROVED } as const)
      : { runId, taskId, useId, isAllowed: true };
  return await settle(settlement, options, surroundings);
}
