// What many tasks are told alike is written into the prompt cache once: the first call goes ahead, the others read it.

import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, defineTeam } from "@terrace/core";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { planFor } from "./batch-plan.js";
import { accepts } from "./offline.js";

const TASKS = 60;
const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { translator: { tier: "haiku", instructions: "Translate the sentence into French." } },
  // Reviews are Sonnet's, so that whatever is Haiku's is one role's.
  reviewer: { policy: () => "sonnet", auditShare: 0 },
});
const world = scriptedWorld({
  execute: { "*": { "*": { output: "Où est le quai ?" } } },
  review: { "*": { "*": accepts("It is.") } },
});

for (const warmFirst of [true, false]) {
  const simulator = await startSimulator({ world, latency: 800 });
  const client = new Anthropic({ apiKey: "none", baseURL: simulator.url });
  const agents = claudeAgents({ client, warmFirst });
  await createOrchestrator({ team, agents, concurrency: TASKS }).submit(planFor(TASKS)).result();
  // By the simulator's own accounting, not by ours.
  const calls = simulator.bill.calls.filter(({ model }) => model === "claude-haiku-5-5");
  const read = calls.reduce((sum, call) => sum + call.cacheReadTokens, 0);
  const written = calls.reduce((sum, call) => sum + call.cacheWrite5mTokens, 0);
  const writes = calls.filter((call) => call.cacheWrite5mTokens > 0).length;
  const share = ((100 * read) / (read + written)).toFixed(1);
  console.log(
    `${warmFirst ? "warm first" : "all at once"}: ${writes} written, ${share} % of what can be cached is read`,
  );
  await simulator.close();
}
