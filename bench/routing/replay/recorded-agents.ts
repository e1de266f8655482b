/** Agents in one process: recorded models behind the port that Claude stands behind, with a call in the ledger for each. */

import {
  type Agents,
  type Answer,
  type ExecuteRequest,
  type Execution,
  type JsonValue,
  NO_USAGE,
  type Review,
  type ReviewRequest,
} from "@terrace/core";
import type { Records } from "./records.js";

const MICRO = 1_000_000;

/** Executor and reviewer on records. There is nobody to plan: runs are handed a plan. */
export function recordedAgents(records: Records, tiers: number): Agents {
  return {
    plan: () => Promise.reject(new Error("Nothing is planned in a replay.")),
    execute: async (request) => {
      const token = /task:[0-9a-f]{24}/.exec(request.task.brief)?.[0] ?? "";
      const { seal, cost, confidence } = records.execute(token, rungOf(request.route.model, tiers));
      const value: Execution = {
        output: seal,
        confidence: wordOf(confidence),
        because: `It says ${confidence} of itself.`,
        unverified: [],
      };
      return journaled(request, cost, value);
    },
    review: async (request) => {
      const { accepts, cost } = records.review(String(request.output));
      return journaled(request, cost, reviewOf(accepts));
    },
  };
}

/** The word for a stated confidence. */
export function wordOf(stated: number): Execution["confidence"] {
  return stated > 0.9 ? "high" : stated > 0.7 ? "medium" : "low";
}

/** What a reviewer finds who accepts, or does not. */
export function reviewOf(accepts: boolean): Review {
  const finding = accepts ? "It is." : "It is not.";
  return { criteria: [{ criterion: 0, met: accepts, finding }], problems: [], blame: null };
}

const RUNGS: Readonly<Record<string, number>> = {
  "claude-haiku-5-5": 0,
  "claude-sonnet-5-5": 1,
  "claude-opus-5-5": Number.POSITIVE_INFINITY,
};

/** The rung that a model stands in for; the top one is the last there is. */
export function rungOf(model: string, tiers: number): number {
  return Math.min(RUNGS[model] ?? 0, tiers - 1);
}

async function journaled<Value>(
  request: ExecuteRequest | ReviewRequest,
  cost: number,
  value: Value,
): Promise<Answer<Value>> {
  const { calls, route, runId, attempt } = request;
  const costMicroUsd = Math.round(cost * MICRO);
  const key = `${runId}/${attempt}/${"output" in request ? "review" : "execute"}`;
  const { model, effort } = route;
  const callId = await calls.sent({ model, effort, maxTokens: 1, key, reservedMicroUsd: costMicroUsd });
  await calls.answered(callId, {
    model,
    requestId: null,
    stopReason: "end_turn",
    usage: NO_USAGE,
    costMicroUsd,
    priceAsOf: "2026-11-21",
    latencyMs: 0,
    raw: value as JsonValue,
  });
  return { outcome: "ok", value };
}
