// A world whose outcomes are known: every task says itself how long its outputs are and which tiers do it well.
import { agentsOn } from "@terrace/agents";
import {
  type Agents,
  type CallJournal,
  createOrchestrator,
  memoryStore,
  type Orchestrator,
  type Plan,
  type RunStore,
  type Team,
  type Usage,
} from "@terrace/core";
import { countingIds } from "@terrace/core/testing";
import { claudeTeam } from "../../packages/agents/src/claude-team.js";
import type { ModelRequest } from "../../packages/agents/src/model-client.js";
import { priceOf } from "../../packages/agents/src/prices.js";

/** A generator of numbers from 0 up to, but not including, 1: the same for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How often a tier does a task well. */
const SKILL = { haiku: 0.7, sonnet: 0.85, opus: 1 } as const;
const TIERS = ["haiku", "sonnet", "opus"] as const;

/** A plan of 5 to 40 tasks, each of which needs up to three of those before it. */
export function planFrom(seed: number): Plan {
  const roll = dice(seed);
  const tasks = Array.from({ length: 5 + Math.floor(roll() * 36) }, (_, at) => {
    const share = roll();
    return {
      id: `t${at}`,
      title: `Task ${at}`,
      brief: "Work it out. ".repeat(1 + Math.floor(roll() * 40)),
      role: "worker",
      kind: "any",
      tier: share < 0.6 ? ("haiku" as const) : share < 0.9 ? ("sonnet" as const) : ("opus" as const),
      tierReason: "It is of that kind.",
      errorCost: roll() < 0.2 ? ("high" as const) : ("low" as const),
      criteria: ["It is right."],
      dependsOn: [
        ...new Set(
          Array.from({ length: Math.min(at, Math.floor(roll() * 4)) }, () => `t${Math.floor(roll() * at)}`),
        ),
      ],
    };
  });
  return { goal: `Goal ${seed}.`, tasks, answer: tasks[tasks.length - 1]?.id ?? "" };
}

/** An orchestrator in the world of a seed; runs of the same store teach one another. */
export function orchestratorIn(
  seed: number,
  store: RunStore = memoryStore(),
  ids = countingIds(),
  team: Team = claudeTeam as unknown as Team,
): Orchestrator {
  return createOrchestrator({
    agents: agentsIn(seed),
    team,
    store,
    concurrency: 16,
    limits: { maxTopTierShare: 1 },
    env: ids,
  }) as unknown as Orchestrator;
}

/** Agents whose model answers as the seed has it, and is billed at list price for the very bytes of its prompt. */
function agentsIn(seed: number): Agents {
  const roll = dice(seed + 1);
  return agentsOn({
    async ask(request, calls) {
      if (JSON.stringify(request.schema).includes('"complexity"')) {
        await bill(request, calls, 20 + Math.floor(roll() * 200));
        return { outcome: "ok", value: { text: classification(roll) } };
      }
      const isReview = JSON.stringify(request.schema).includes('"met"');
      const tier = TIERS.find((name) => request.model.includes(name)) ?? "opus";
      const isBroken = !isReview && tier !== "opus" && roll() < 0.02;
      const answer = isReview ? review(request.user, roll) : execution(tier, roll);
      const outputTokens = Math.ceil((isReview ? 300 : 900) * (0.5 + roll()) + answer.length / 4);
      await bill(request, calls, outputTokens);
      return { outcome: "ok", value: { text: isBroken ? "no JSON" : answer } };
    },
  });
}

/** Any of the words, and in one of ten cases none. */
function classification(roll: () => number): string {
  const complexity = ["mechanical", "generative", "reasoning"][Math.floor(roll() * 3)] ?? "";
  const errorCost = roll() < 0.3 ? "high" : "low";
  return roll() < 0.1 ? "no JSON" : JSON.stringify({ complexity, errorCost, reason: "So it seems." });
}

function execution(tier: (typeof TIERS)[number], roll: () => number): string {
  const isGood = roll() < SKILL[tier];
  const output = `${isGood ? "right" : "wrong"} ${"word ".repeat(20 + Math.floor(roll() * 300))}`;
  const word = roll();
  const confidence = word < 0.5 ? "high" : word < 0.85 ? "medium" : "low";
  return JSON.stringify({ output, confidence, because: "So it seems.", unverified: [] });
}

function review(prompt: string, roll: () => number): string {
  const output = prompt.slice(prompt.lastIndexOf("The output to judge"));
  const met = !output.includes("wrong");
  const finding = "Because of this and that. ".repeat(1 + Math.floor(roll() * 6));
  return JSON.stringify({ criteria: [{ criterion: 0, met, finding }], problems: [], blame: "" });
}

async function bill(request: ModelRequest, calls: CallJournal, outputTokens: number): Promise<void> {
  const { model, effort, maxTokens, system, user, schema } = request;
  const body = JSON.stringify([system, user, schema]);
  const usage: Usage = {
    inputTokens: Math.ceil(Buffer.byteLength(body) / 4),
    outputTokens,
    thinkingTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  };
  const price = priceOf(model, usage, { urgency: "live", prices: [] });
  const key = `${model}/${body.length}/${outputTokens}`;
  const intent = { model, effort, maxTokens, key, reservedMicroUsd: price?.microUsd ?? null };
  const callId = await calls.sent(intent);
  await calls.answered(callId, {
    model,
    requestId: null,
    stopReason: "end_turn",
    usage,
    costMicroUsd: price?.microUsd ?? null,
    priceAsOf: price?.asOf ?? null,
    latencyMs: 1,
    raw: null,
  });
}
