// Claude by another door: hand in any client that has `messages.create`.
// A gateway is a base URL; Bedrock, Vertex and Foundry have clients of the same form in packages of the SDK.
// If you pay other prices than the list's, say so, and the ledger uses yours.

import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, type PriceRow } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { accepts } from "./offline.js";

const gateway = await startSimulator({
  world: scriptedWorld({
    plan: planOf({ greeting: {} }),
    execute: { greeting: { haiku: { output: "Good morning!" } } },
    review: { greeting: { haiku: accepts() } },
  }),
});

const client = new Anthropic({
  baseURL: gateway.url,
  apiKey: null,
  authToken: "the gateway's own token",
});

const flat: Omit<PriceRow, "model"> = {
  inputUsd: 1,
  outputUsd: 1,
  cacheReadUsd: 1,
  cacheWrite5mUsd: 1,
  cacheWrite1hUsd: 1,
  source: "our contract",
  asOf: "2026-11-01",
};
const prices = ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"].map((model) => ({
  model,
  ...flat,
}));

const orchestrator = createOrchestrator({ agents: claudeAgents({ client, prices }) });
const { answer, ledger } = await orchestrator.submit("Greet me.").result();

console.log(answer);
console.log(
  `the gateway saw ${gateway.requests.length} requests, each with a ${gateway.requests[0]?.authorization} token`,
);
const tokens = ledger.inputTokens + ledger.outputTokens;
console.log(`a flat price: ${ledger.usd === tokens / 1_000_000}`);
await gateway.close();
