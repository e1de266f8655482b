import type { Agents, Answer, Classification, Execution, JsonValue, Review, Usage } from "@terrace/core";
import { type Asked, aboutOf, answerTo, attemptOf, keyOf, THROWN } from "./answers.js";
import type { Faults } from "./faults.js";
import type { Judge } from "./judge.js";
import { type Provider, transport } from "./provider.js";
import { workOf } from "./run-book.js";
import type { Host } from "./scheduler.js";
import type { World } from "./world.js";

/** What the agents of one process need. */
export interface AgentsPortOptions {
  readonly host: Host;
  readonly world: World;
  readonly provider: Provider;
  readonly faults: Faults;
  readonly judge: Judge;
}

/** What every call is said to have used. */
const USAGE: Usage = {
  inputTokens: 3,
  outputTokens: 2,
  thinkingTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
};

/** Agents as one process has them. They journal their calls as those of a vendor do. */
export function agentsPort(options: AgentsPortOptions): Agents {
  return {
    plan: (request) => work(options, { purpose: "plan", request }),
    classify: (request) => work(options, { purpose: "classify", request }) as Promise<Answer<Classification>>,
    execute: (request) => work(options, { purpose: "execute", request }) as Promise<Answer<Execution>>,
    review: (request) => work(options, { purpose: "review", request }) as Promise<Answer<Review>>,
  };
}

/** One piece of work, which is under way until it settles. */
async function work(options: AgentsPortOptions, asked: Asked): Promise<Answer<unknown>> {
  const { host, world, judge } = options;
  const { route, runId } = asked.request;
  const name = workName(asked);
  judge.begun(host, runId, name, route.tier);
  try {
    const key = keyOf(asked);
    const { kind, answer } = answerTo(world, asked, key);
    options.faults.count(kind);
    const calls = asked.purpose === "execute" ? world.calls : 1;
    for (let step = 1; step < calls; step += 1) {
      const first = await call(options, asked, `${key} step ${step}`, { outcome: "ok", value: "noted" });
      if (first.outcome !== "ok") return first;
    }
    const came = await call(options, asked, key, answer);
    if (came.outcome !== "ok" && came.fault.code === THROWN) throw new Error("The agent has a bug.");
    return came;
  } finally {
    judge.settled(host, name, route.tier);
  }
}

/** Names a piece of work within its process. */
function workName({ purpose, request }: Asked): string {
  const attempt = attemptOf(request);
  return workOf({ purpose, taskId: aboutOf(request), attempt });
}

/** One call: what was recorded before, or a request that is recorded before it leaves and before it is read. */
async function call(
  options: AgentsPortOptions,
  asked: Asked,
  key: string,
  answer: Answer<unknown>,
): Promise<Answer<unknown>> {
  const { host, world, provider, judge } = options;
  const { calls, route, signal, runId } = asked.request;
  if (signal.aborted) return cancelled();
  const recorded = calls.recorded(key);
  if (recorded !== undefined) {
    judge.recordedAnswer(host, asked, key, recorded);
    return recorded.raw as unknown as Answer<unknown>;
  }
  const { tier, model, effort } = route;
  const { reserved } = provider.priceOf(key, tier);
  const callId = await calls.sent({ model, effort, maxTokens: 1_000, key, reservedMicroUsd: reserved });
  if (signal.aborted) {
    const { fault } = cancelled();
    await calls.failed(callId, { fault, latencyMs: 0, usage: null, costMicroUsd: 0 });
    return { outcome: "transport", fault };
  }
  const heeds = !world.rude;
  const reply = await provider.send({ host, runId, callId, key, tier, answer, signal, heeds });
  if ("failure" in reply) {
    const { failure: fault } = reply;
    if (fault.scope === "tier") judge.shiftOf(host).held.add(tier);
    await calls.failed(callId, { fault, latencyMs: 1, usage: null, costMicroUsd: null });
    return { outcome: fault.outcome, fault };
  }
  const { request } = reply;
  await calls.answered(callId, {
    model,
    requestId: request.requestId,
    stopReason: "end_turn",
    usage: USAGE,
    costMicroUsd: request.billed,
    priceAsOf: request.billed === null ? null : "2026-11-21",
    latencyMs: 1,
    raw: reply.answer as unknown as JsonValue,
  });
  return reply.answer;
}

function cancelled(): Extract<Answer<never>, { outcome: Exclude<Answer<never>["outcome"], "ok"> }> {
  return { outcome: "transport", fault: transport("CANCELLED") };
}
