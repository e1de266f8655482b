// I-22: what is spent and reserved never exceeds the budget.
import type { Usage } from "../ports/call-journal.js";
import type { BudgetData } from "../run/budget.js";
import type { MakeWatch } from "./watch.js";

export const watchMoney: MakeWatch = (report) => {
  let budget: BudgetData | null = null;
  let spent = 0;
  let reserved = 0;
  let calls = 0;
  let tokens = 0;
  const open = new Map<string, { readonly microUsd: number; readonly tokens: number }>();

  const end = (callId: string, cost: number | null, usage: Usage | null): void => {
    const worst = open.get(callId);
    if (worst === undefined) return;
    open.delete(callId);
    reserved -= worst.microUsd;
    // Unknown counts as the most that it can have been.
    spent += cost ?? worst.microUsd;
    tokens += usage === null ? 0 : allOf(usage) - worst.tokens;
  };

  return {
    hears: {
      "run.submitted": (event) => {
        budget = event.budget;
      },
      "budget.changed": (event) => {
        budget = event.budget;
      },
      "call.sent": ({ callId, reservedMicroUsd, reservedTokens }) => {
        open.set(callId, { microUsd: reservedMicroUsd ?? 0, tokens: reservedTokens ?? 0 });
        reserved += reservedMicroUsd ?? 0;
        tokens += reservedTokens ?? 0;
        calls += 1;
        const { hardMicroUsd = null, maxCalls = null, maxTokens = null } = budget ?? {};
        if (maxTokens !== null && tokens > maxTokens)
          report("I-22", `${tokens} tokens used and reserved, of ${maxTokens}.`);
        if (hardMicroUsd !== null && spent + reserved > hardMicroUsd)
          report("I-22", `${spent} spent and ${reserved} reserved, of ${hardMicroUsd} micro-dollars.`);
        if (maxCalls !== null && calls > maxCalls) report("I-22", `call ${calls}, of at most ${maxCalls}.`);
      },
      "call.answered": ({ callId, costMicroUsd, usage }) => end(callId, costMicroUsd, usage),
      "call.failed": ({ callId, costMicroUsd, usage }) => end(callId, costMicroUsd, usage),
      "call.orphaned": ({ callId, chargedMicroUsd }) => end(callId, chargedMicroUsd, null),
    },
  };
};

function allOf(usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = usage;
  return inputTokens + outputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
}
