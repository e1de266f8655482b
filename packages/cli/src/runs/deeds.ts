// What a person does to a run, by a command or by a key: in the same words, and told by the same name.

import type { DecisionOptions, Resolution, Run } from "@terrace/core";
import { personName } from "./identity.js";

/** A flagged task, and how it is settled. */
export interface TaskSettlement {
  readonly taskId: string;
  readonly resolution: Resolution;
}

/** A held tool call, and whether it is made. */
export interface CallSettlement {
  readonly taskId: string;
  readonly useId: string;
  readonly isAllowed: boolean;
}

/** The draft of a flagged task is its output. */
export const APPROVED: Resolution = { action: "accept" };

/** A flagged task is given up, and with it whatever needs its output. */
export const REJECTED: Resolution = { action: "give_up" };

/** Settles one of the two, in the name of whoever runs this process unless another is given. Rejects what cannot stand. */
export async function settle(
  run: Run,
  settlement: TaskSettlement | CallSettlement,
  decided: DecisionOptions = {},
): Promise<void> {
  const { taskId } = settlement;
  const named = { by: personName(), ...decided };
  if ("resolution" in settlement) await run.resolve(taskId, settlement.resolution, named);
  else if (settlement.isAllowed) await run.approveTool(taskId, settlement.useId, named);
  else await run.denyTool(taskId, settlement.useId, named);
}

/** Ends a run for good. */
export async function cancelRun(run: Run, reason = ""): Promise<void> {
  await run.cancel(`Cancelled by ${personName()}${reason === "" ? "." : `: ${reason}`}`);
}

/** Lets a plan be carried out at its price. */
export async function approvePlan(run: Run): Promise<void> {
  await run.approve(personName());
}
