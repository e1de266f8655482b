import type { ExitCode } from "../exit-codes.js";
import { readAnswer } from "../input.js";
import { type SettleOptions, settle } from "../runs/settle.js";
import type { Surroundings } from "../surroundings.js";

/** Gives a flagged task an output that a person wrote; `-` reads it from standard input. */
export async function answerCommand(
  [runId, taskId, text]: readonly [string, string, string],
  options: SettleOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const output = await readAnswer(text, surroundings);
  return await settle({ runId, taskId, resolution: { action: "answer", output } }, options, surroundings);
}
