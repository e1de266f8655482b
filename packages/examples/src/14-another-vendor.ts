// The agents on a model that is not Claude's: a model client is one function.
// It asks once and never retries, and the journal is told of every call: before it leaves, and before it is read.
// Here the model is a function of this file, which answers what the schema and the prompt ask for.

import { createHash } from "node:crypto";
import { agentsOn, claudeTeam, type ModelClient } from "@terrace/agents";
import { createOrchestrator, definePlan } from "@terrace/core";

/** Stands for your vendor's call. */
async function parrot(system: string, user: string): Promise<string> {
  if (system.startsWith("You are the reviewer")) return '{"criteria":[],"problems":[],"blame":""}';
  const [, said = "?"] = /Say "(.+?)"/.exec(user) ?? [];
  return JSON.stringify({ output: said, confidence: "high", because: "I repeat.", unverified: [] });
}

const client: ModelClient = {
  async ask({ model, effort, maxTokens, system: parts, user }, calls) {
    const system = parts.join("\n\n");
    const key = createHash("sha256")
      .update(JSON.stringify([model, effort, system, user]))
      .digest("hex");
    const callId = await calls.sent({ model, effort, maxTokens, key, reservedMicroUsd: null });
    const text = await parrot(system, user);
    await calls.answered(callId, {
      model,
      requestId: null,
      stopReason: "end_turn",
      usage: {
        inputTokens: system.length + user.length,
        outputTokens: text.length,
        thinkingTokens: 0,
        cacheReadTokens: 0,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
      },
      costMicroUsd: null, // unknown; the ledger counts it as unpriced
      priceAsOf: null,
      latencyMs: 0,
      raw: text,
    });
    return { outcome: "ok", value: { text } };
  },
};

const plan = definePlan(claudeTeam, {
  tasks: [{ id: "word", role: "worker", brief: 'Say "Ahoy".' }],
});
const { answer, ledger } = await createOrchestrator({ team: claudeTeam, agents: agentsOn(client) })
  .submit(plan)
  .result();

console.log(answer);
console.log(`${ledger.calls} calls, ${ledger.unpricedCalls} of them without a price`);
