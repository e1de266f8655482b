import { REJECTED } from "../deeds.js";
import type { ExitCode } from "../exit-codes.js";
import { type SettleOptions, settle } from "../settle.js";
import type { Surroundings } from "../surroundings.js";

/** Gives up a flagged task, and with it whatever needs its output. */
export async function rejectCommand(
  runId: string,
  taskId: string,
  options: SettleOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return await settle({ runId, taskId, resolution: REJECTED }, options, surroundings);
}
