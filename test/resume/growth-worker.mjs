// A process of its own, which submits a goal whose plan grows, or goes on with it, until it is done or killed.
// Given the address of the simulator, the file of the store, how many such processes there were before, and what they share.

import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, defineTeam } from "@terrace/core";
import { sqliteStore } from "@terrace/store";

const [baseURL, path, before, shared] = process.argv.slice(2);
const { goal, team, limits } = JSON.parse(shared);
const orchestrator = createOrchestrator({
  team: defineTeam(team),
  limits,
  agents: claudeAgents({ client: new Anthropic({ apiKey: "none", baseURL }) }),
  store: sqliteStore(path),
  // The lease of the process before has run out.
  env: { now: () => Date.now() + Number(before) * 31_000 },
});
const [left] = await orchestrator.runs();
const run = left === undefined ? orchestrator.submit(goal) : await orchestrator.resume(left.runId);
await run.result();
