// I-22: what is spent and reserved never exceeds the budget.
import type { BudgetData } from "../run/budget.js";
import type { MakeWatch } from "./watch.js";

export const watchMoney: MakeWatch = (report) => {
  let budget: BudgetData | null = null;
  let spent = 0;
  let reserved = 0;
  let calls = 0;
  const open = new Map<string, number>();

  const end = (callId: string, cost: number | null): void => {
    const worst = open.get(callId);
    if (worst === undefined) return;
    open.delete(callId);
    reserved -= worst;
    // Unknown counts as the most that it can have been.
    spent += cost ?? worst;
  };

  return {
    hears: {
      "run.submitted": (event) => {
        budget = event.budget;
      },
      "budget.changed": (event) => {
        budget = event.budget;
      },
      "call.sent": ({ callId, reservedMicroUsd }) => {
        open.set(callId, reservedMicroUsd ?? 0);
        reserved += reservedMicroUsd ?? 0;
        calls += 1;
        const { hardMicroUsd = null, maxCalls = null } = budget ?? {};
        if (hardMicroUsd !== null && spent + reserved > hardMicroUsd)
          report("I-22", `${spent} spent and ${reserved} reserved, of ${hardMicroUsd} micro-dollars.`);
        if (maxCalls !== null && calls > maxCalls) report("I-22", `call ${calls}, of at most ${maxCalls}.`);
      },
      "call.answered": ({ callId, costMicroUsd }) => end(callId, costMicroUsd),
      "call.failed": ({ callId, costMicroUsd }) => end(callId, costMicroUsd),
      "call.orphaned": ({ callId, chargedMicroUsd }) => end(callId, chargedMicroUsd),
    },
  };
};
