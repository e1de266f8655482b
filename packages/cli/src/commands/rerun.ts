import type { ExitCode } from "../exit-codes.js";
import { type SettleOptions, settle } from "../runs/settle.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace rerun`. */
export interface RerunOptions extends SettleOptions {
  /** The tier at which the task is tried once more. */
  readonly tier: string;
}

/** Has a flagged task tried once more, at a tier that is not lower. */
export async function rerunCommand(
  runId: string,
  taskId: string,
  options: RerunOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const resolution = { action: "rerun", tier: options.tier } as const;
  return await settle({ runId, taskId, resolution }, options, surroundings);
}
