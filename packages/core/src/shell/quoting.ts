import { z } from "zod";
import { DeclarationError } from "../errors.js";
import type { AcceptedPlan, Task } from "../plan/plan.js";
import type { RunStore } from "../ports/run-store.js";
import { type History, learn } from "../quote/history.js";
import { type Quote, quotePlan } from "../quote/quote.js";
import type { Routed } from "../quote/routed.js";
import type { BudgetData } from "../run/budget.js";
import type { Policy } from "../run/decide-task.js";
import type { RunEvent } from "../run/events.js";
import type { JsonValue } from "../run/json.js";
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

interface Lessons {
  readonly history: History;
  readonly unread: number;
}

/** What the runs of each store taught last, and which runs they were. */
const known = new WeakMap<RunStore, { readonly runs: string; readonly lessons: Lessons }>();

async function historyIn(store: RunStore): Promise<Lessons> {
  const completed = (await store.list(RUNS)).filter(({ lastRunEvent }) => lastRunEvent === "run.completed");
  const runs = completed.map(({ runId, events }) => `${runId} ${events}`).join("\n");
  const before = known.get(store);
  if (before?.runs === runs) return before.lessons;
  const logs: (readonly RunEvent[])[] = [];
  // One after the other: a store has better things to do than to read fifty logs at once.
  for (const { runId } of completed) logs.push(await store.read(runId).catch(() => []));
  const lessons = { history: learn(logs), unread: logs.filter((log) => log.length === 0).length };
  known.set(store, { runs, lessons });
  return lessons;
}
