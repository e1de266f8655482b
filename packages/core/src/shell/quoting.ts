import { DeclarationError } from "../errors.js";
import type { AcceptedPlan } from "../plan/plan.js";
import type { RunStore } from "../ports/run-store.js";
import { type History, learn } from "../quote/history.js";
import { type Quote, quotePlan } from "../quote/quote.js";
import type { BudgetData } from "../run/budget.js";
import type { Policy } from "../run/decide-task.js";
import type { RunEvent } from "../run/events.js";
import type { Limits } from "../run/limits.js";
import type { Urgency } from "../run/urgency.js";
import type { TeamData } from "../team.js";
import type { Context } from "./assemble.js";

/** How many of the latest runs teach what tasks come to. */
const RUNS = 50;

/** What is to be quoted, and on what terms. */
export interface Quotable {
  readonly plan: AcceptedPlan;
  readonly team: TeamData;
  readonly limits: Limits;
  readonly policy: Policy;
  readonly budget: BudgetData | null;
  readonly urgency: Urgency;
  readonly withPlanning: boolean;
}

/**
 * Quotes a plan with what the runs of the store teach.
 *
 * @throws DeclarationError when the agents do not say what calls use and cost.
 */
export async function quote({ options, store }: Context, quotable: Quotable): Promise<Quote> {
  const { priceOf, sizeOf } = options.agents;
  if (priceOf === undefined || sizeOf === undefined) {
    throw new DeclarationError("OPTIONS_INVALID", [
      "Expected `agents` that say what calls use and cost (`sizeOf`, `priceOf`), got ones that do not: nothing can be quoted.",
    ]);
  }
  return quotePlan({ ...quotable, priceOf, sizeOf, ...(await historyIn(store)) });
}

async function historyIn(store: RunStore): Promise<{ readonly history: History; readonly unread: number }> {
  const runs = (await store.list(RUNS)).filter(({ lastRunEvent }) => lastRunEvent === "run.completed");
  const logs: (readonly RunEvent[])[] = [];
  // One after the other: a store has better things to do than to read fifty logs at once.
  for (const { runId } of runs) logs.push(await store.read(runId).catch(() => []));
  return { history: learn(logs), unread: logs.filter((log) => log.length === 0).length };
}
