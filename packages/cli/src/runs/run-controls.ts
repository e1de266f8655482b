// What the keys of the screen do, for a run that this process drives: what signals and commands do, and nothing else.

import type { Baseline, DecisionOptions, Run } from "@terrace/core";
import type { Controls, Deed } from "../screen/deed.js";
import { APPROVED, approvePlan, cancelRun, REJECTED, settle } from "./deeds.js";
import type { Interrupts } from "./interrupts.js";

/** What the keys may do. */
export interface KeyTerms {
  readonly interrupts: Interrupts;
  /** How many calls may be under way at once. */
  readonly limit: number;
  /** Whether the run can be paused, which must be kept for that, and whether a person settles its tasks here. */
  readonly can: { readonly pause: boolean; readonly settle: boolean };
  /** Whether another process has gone on with it: then it is only looked at. @default it has not */
  readonly isElsewhere?: () => boolean;
}

/** The controls of a run. */
export function controlsOf(
  run: Run,
  { interrupts, limit, can, isElsewhere = () => false }: KeyTerms,
): Controls {
  return {
    limit,
    can() {
      const deeds: Deed["type"][] = ["interrupt", "detach"];
      if (isElsewhere()) return new Set(deeds);
      if (can.settle) deeds.push("approve", "reject", "approve_plan", "allow_call", "deny_call");
      // What was asked to stop is on its way out.
      if (!interrupts.asked.aborted) deeds.push("cancel");
      if (can.pause && !interrupts.asked.aborted) deeds.push("pause");
      return new Set(deeds);
    },
    async perform(deed) {
      switch (deed.type) {
        case "interrupt":
          return interrupts.press();
        case "pause":
          return interrupts.ask();
        case "cancel":
          return await cancelRun(run);
        case "approve_plan":
          return await approvePlan(run);
        case "approve":
          return await settle(run, { taskId: deed.taskId, resolution: APPROVED }, lookedAt(deed));
        case "reject":
          return await settle(run, { taskId: deed.taskId, resolution: REJECTED }, lookedAt(deed));
        case "allow_call":
        case "deny_call": {
          const { taskId, useId } = deed;
          return await settle(run, { taskId, useId, isAllowed: deed.type === "allow_call" });
        }
        case "detach":
          return;
        default:
          return deed satisfies never;
      }
    },
    allTop: (): Baseline => run.ledger.compare().allTop,
  };
}

function lookedAt({ attempt }: { readonly attempt?: number }): DecisionOptions {
  return attempt === undefined ? {} : { attempt };
}
