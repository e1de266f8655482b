import { z } from "zod";
import { DeclarationError } from "../errors.js";
import type { AcceptedPlan, Task } from "../plan/plan.js";
import type { RunStore } from "../ports/run-store.js";
import { type History, historyOf } from "../quote/history.js";
import { type Quote, type QuoteBasis, quotePlan } from "../quote/quote.js";
import type { Routed } from "../quote/routed.js";
import type { BudgetData } from "../run/budget.js";
import type { Policy } from "../run/decide-task.js";
import type { JsonValue } from "../run/json.js";
import type { Limits } from "../run/limits.js";
import type { Urgency } from "../run/urgency.js";
import type { TeamData } from "../team.js";
import type { Context } from "./assemble.js";
import { learnFrom } from "./learning.js";

/** How many of the latest runs teach what tasks come to. */
const RUNS = 50;

/** What is to be quoted, and on what terms. */
export interface Quotable extends Pick<QuoteBasis, "made" | "begun" | "spent"> {
  readonly plan: AcceptedPlan;
  readonly team: TeamData;
  readonly limits: Limits;
  readonly policy: Policy;
  readonly budget: BudgetData | null;
  readonly urgency: Urgency;
  readonly withPlanning: boolean;
  /** How the tasks of the plan were routed; `null` when they start where it says. */
  readonly routed: Routed | null;
  /** The schema that the output of a task must fit. */
  readonly schemaOf: (task: Task) => z.ZodType | undefined;
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
  const schemaOf = (task: Task): JsonValue | undefined => {
    const schema = quotable.schemaOf(task);
    return schema === undefined ? undefined : (z.toJSONSchema(schema) as JsonValue);
  };
  return quotePlan({ ...quotable, schemaOf, priceOf, sizeOf, ...(await historyIn(store)) });
}

async function historyIn(store: RunStore): Promise<{ readonly history: History; readonly unread: number }> {
  const completed = (await store.list(RUNS)).filter(({ lastRunEvent }) => lastRunEvent === "run.completed");
  const { runs, unread } = await learnFrom(store, completed);
  // What is tried at every tier on purpose does not come out as other tasks do.
  const lessons = runs.flatMap(({ golden, lessons }) => (golden === null ? lessons : []));
  return { history: historyOf(lessons), unread };
}
