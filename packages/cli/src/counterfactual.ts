// What the same accepted work would have cost with every task at the top of the ladder. An estimate, and said to be one.

import { priceOf } from "@terrace/agents";
import type { Facts, RunEvent, TeamData, Usage } from "@terrace/core";

/** What the accepted work would have cost at the top tier. */
export interface Counterfactual {
  /** The top tier. */
  readonly tier: string;
  /** Its model, whose prices are used. */
  readonly model: string;
  /** With a review of each accepted attempt, as in this run; `null` when the model has no known price. */
  readonly microUsd: number | null;
  /** Without any review: the least that all work at the top tier could cost. */
  readonly unreviewedMicroUsd: number | null;
  /** What the figure rests on, in a sentence. */
  readonly assumption: string;
}

/** Prices a call; `null` when the model has no known price. */
export type Pricing = (model: string, usage: Usage) => { readonly microUsd: number } | null;

/**
 * Prices the calls that made and accepted each accepted attempt as if the top tier had answered them.
 *
 * The planner's calls count at what they cost. Attempts that were not accepted count nothing: the top tier is
 * taken to succeed at once, which favours it.
 */
export function atTopTier(
  log: readonly RunEvent[],
  team: TeamData,
  pricing: Pricing = priceOf,
): Counterfactual {
  const tier = team.ladder[team.ladder.length - 1] ?? "";
  const model = team.models[tier]?.model ?? tier;
  const accepted = new Map<string, number>();
  for (const event of log) if (event.type === "task.accepted") accepted.set(event.taskId, event.attempt);
  let made: number | null = 0;
  let reviewed: number | null = 0;
  for (const { sent, answered } of answeredCalls(log)) {
    if (sent.purpose === "plan") made = plus(made, answered.costMicroUsd);
    else if (sent.taskId !== null && accepted.get(sent.taskId) === sent.attempt) {
      const cost = pricing(model, answered.usage)?.microUsd ?? null;
      if (sent.purpose === "execute") made = plus(made, cost);
      else reviewed = plus(reviewed, cost);
    }
  }
  return {
    tier,
    model,
    microUsd: plus(made, reviewed),
    unreviewedMicroUsd: made,
    assumption:
      `Estimate: the plan as it was, then each accepted answer and its review once, at ${model} prices, with the ` +
      "tokens they took here; no attempt rejected.",
  };
}

interface AnsweredCall {
  readonly sent: Facts["call.sent"];
  readonly answered: Facts["call.answered"];
}

function answeredCalls(log: readonly RunEvent[]): AnsweredCall[] {
  const sent = new Map<string, Facts["call.sent"]>();
  const calls: AnsweredCall[] = [];
  for (const event of log) {
    if (event.type === "call.sent") sent.set(event.callId, event);
    const intent = event.type === "call.answered" ? sent.get(event.callId) : undefined;
    if (event.type === "call.answered" && intent !== undefined) calls.push({ sent: intent, answered: event });
  }
  return calls;
}

/** An unknown part makes the whole unknown. */
function plus(sum: number | null, cost: number | null): number | null {
  return sum === null || cost === null ? null : sum + cost;
}
