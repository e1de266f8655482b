import { APPROVED } from "../deeds.js";
import type { ExitCode } from "../exit-codes.js";
import { type SettleOptions, settle } from "../settle.js";
import type { Surroundings } from "../surroundings.js";

/** Accepts the draft of a flagged task as its output. */
export async function approveCommand(
  runId: string,
  taskId: string,
  options: SettleOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return await settle({ runId, taskId, resolution: APPROVED }, options, surroundings);
}
