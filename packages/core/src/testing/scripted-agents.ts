import type {
  Agents,
  Answer,
  ClassifyRequest,
  CompareRequest,
  ExecuteRequest,
  PlanRequest,
  ReviewRequest,
} from "../ports/agents.js";
import { NO_USAGE, type Usage } from "../ports/call-journal.js";
import type { JsonValue } from "../run/json.js";
import type { Team } from "../team.js";
import { requestKey } from "./request-key.js";
import { type AgentScript, followScript } from "./script.js";

/** What every call of scripted agents is said to have used. */
export interface ScriptedUsage extends Partial<Usage> {
  /** Integer micro-dollars; `null` for a model without a known price. @default null */
  readonly costMicroUsd?: number | null;
  /** The most it could have cost. @default what it cost */
  readonly reservedMicroUsd?: number | null;
  /** The most tokens it could have used. @default null, which means unknown */
  readonly reservedTokens?: number | null;
}

/** Any request to an agent. */
export type AnyRequest = PlanRequest | ClassifyRequest | ExecuteRequest | ReviewRequest | CompareRequest;

/** What `scriptedAgents` is given besides the script. */
export interface ScriptedOptions extends AgentScript {
  /**
   * What each call used, or a function of the request that says so. With it every request journals one call,
   * as agents that call a model do, and a recorded answer is given again without asking the script.
   *
   * @default no call is journaled
   */
  readonly usage?: ScriptedUsage | ((request: AnyRequest) => ScriptedUsage);
  /** The team an orchestrator uses when it is given none. */
  readonly defaultTeam?: Team;
}

/** Agents that answer from a script, and keep what they were asked. */
export interface ScriptedAgents extends Agents {
  /** Every request, in the order they came. */
  readonly requests: {
    readonly plan: readonly PlanRequest[];
    readonly classify: readonly ClassifyRequest[];
    readonly compare: readonly CompareRequest[];
    readonly execute: readonly ExecuteRequest[];
    readonly review: readonly ReviewRequest[];
  };
  /** The largest number of requests that were under way at once: over all tiers, or at one of them. */
  mostUnderWay(tier?: string): number;
}

/**
 * Agents that answer from a script.
 *
 * @example
 * scriptedAgents({
 *   plan: chain(2),
 *   execute: { t1: { haiku: ok("a guess", { confidence: "low" }), sonnet: ok("the answer") } },
 *   review: { t1: [reject("No source."), accept] },
 * });
 */
export function scriptedAgents({ usage, defaultTeam, ...script }: ScriptedOptions = {}): ScriptedAgents {
  const replies = followScript(script);
  const requests = {
    plan: [] as PlanRequest[],
    classify: [] as ClassifyRequest[],
    compare: [] as CompareRequest[],
    execute: [] as ExecuteRequest[],
    review: [] as ReviewRequest[],
  };
  const traffic = countTraffic();
  const ask = async <Request extends AnyRequest, Value>(
    kept: Request[],
    request: Request,
    reply: (request: Request) => Promise<Answer<Value>>,
  ): Promise<Answer<Value>> => {
    kept.push(request);
    const { tier } = request.route;
    traffic.enter(tier);
    try {
      if (usage === undefined) return await reply(request);
      const used = typeof usage === "function" ? usage(request) : usage;
      return await journaled(request, used, () => reply(request));
    } finally {
      traffic.leave(tier);
    }
  };
  return {
    requests,
    mostUnderWay: (tier = "") => traffic.most(tier),
    plan: (request) => ask(requests.plan, request, replies.plan),
    classify: (request) => ask(requests.classify, request, replies.classify),
    compare: (request) => ask(requests.compare, request, replies.compare),
    execute: (request) => ask(requests.execute, request, replies.execute),
    review: (request) => ask(requests.review, request, replies.review),
    ...(defaultTeam === undefined ? {} : { defaultTeam }),
  };
}

/** Records a call around a reply, or gives what is recorded. Only a transport fault leaves the call without an answer. */
async function journaled<Value>(
  request: AnyRequest,
  { costMicroUsd = null, reservedMicroUsd = costMicroUsd, reservedTokens = null, ...tokens }: ScriptedUsage,
  reply: () => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  const { calls, route } = request;
  const key = requestKey(request);
  const recorded = calls.recorded(key);
  if (recorded !== undefined) return recorded.raw as unknown as Answer<Value>;
  const { model, effort } = route;
  const callId = await calls.sent({ model, effort, maxTokens: 1_000, key, reservedMicroUsd, reservedTokens });
  const answer = await reply();
  if (answer.outcome === "transport") {
    await calls.failed(callId, { fault: answer.fault, latencyMs: 0, usage: null, costMicroUsd: null });
    return answer;
  }
  await calls.answered(callId, {
    model,
    requestId: null,
    stopReason: answer.outcome === "ok" ? "end_turn" : answer.outcome,
    usage: { ...NO_USAGE, ...tokens },
    costMicroUsd,
    priceAsOf: costMicroUsd === null ? null : "2026-11-21",
    latencyMs: 0,
    raw: answer as unknown as JsonValue,
  });
  return answer;
}

/** Counts requests under way, by tier and, under the empty name, over all. */
function countTraffic(): {
  enter(tier: string): void;
  leave(tier: string): void;
  most(tier: string): number;
} {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  const move = (tier: string, by: number): void => {
    for (const name of ["", tier]) {
      const count = (now.get(name) ?? 0) + by;
      now.set(name, count);
      most.set(name, Math.max(most.get(name) ?? 0, count));
    }
  };
  return {
    enter: (tier) => move(tier, 1),
    leave: (tier) => move(tier, -1),
    most: (tier) => most.get(tier) ?? 0,
  };
}
