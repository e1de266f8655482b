// What a person does to a run, by a command or by a key: in the same words, and told by the same name.

import type { DecisionOptions, Resolution, Run } from "@terrace/core";
import { personName } from "./identity.js";

/** A flagged task, and how it is settled. */
export interface Settlement {
  readonly taskId: string;
  readonly resolution: Resolution;
}

/** The draft of a flagged task is its output. */
export const APPROVED: Resolution = { action: "accept" };

/** A flagged task is given up, and with it whatever needs its output. */
export const REJECTED: Resolution = { action: "give_up" };

/** Settles a flagged task, in the name of whoever runs this process unless another is given. Rejects what cannot stand. */
export async function settleTask(
  run: Run,
  { taskId, resolution }: Settlement,
  decided: DecisionOptions = {},
): Promise<void> {
  await run.resolve(taskId, resolution, { by: personName(), ...decided });
}

/** Ends a run for good. */
export async function cancelRun(run: Run, reason = ""): Promise<void> {
  await run.cancel(`Cancelled by ${personName()}${reason === "" ? "." : `: ${reason}`}`);
}

/** Lets a plan be carried out at its price. */
export async function approvePlan(run: Run): Promise<void> {
  await run.approve(personName());
}
