// The cheapest model says what sort of work each task is, in two dimensions: how much thought it needs, and what an error
// costs. What that takes is in the ledger. When no answer comes, the task starts where the plan says.

import { claudeAgents } from "@terrace/agents";
import {
  classifierRouter,
  createOrchestrator,
  definePlan,
  defineTeam,
  firstOf,
  plannerRouter,
} from "@terrace/core";
import { offline } from "./offline.js";

const { client, close } = await offline({
  classify: {
    names: { "*": { complexity: "mechanical", errorCost: "low", reason: "They stand in the text." } },
    payout: { "*": { complexity: "mechanical", errorCost: "high", reason: "It is money." } },
    letter: { "*": { complexity: "generative", errorCost: "low", reason: "A usual letter." } },
    outage: {
      "*": { complexity: "reasoning", errorCost: "low", reason: "The cause is far from the trace." },
    },
    riddle: { "*": { raw: "I would rather not say." } },
  },
  execute: { "*": { "*": { output: "Done." } } },
});
const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku" } },
  router: firstOf(classifierRouter({ tier: "haiku" }), plannerRouter()),
});
const brief = { names: "List the names.", payout: "Sum up the payouts.", letter: "Write the letter." };
const all = { ...brief, outage: "Find out why it went down.", riddle: "Solve it." };
const plan = definePlan(team, {
  tasks: Object.entries(all).map(([id, brief]) => ({ id, role: "worker" as const, brief })),
});

const run = createOrchestrator({ team, agents: claudeAgents({ client }), concurrency: 1 }).submit(plan);
run.on("task.routed", ({ taskId, tier, reason }) => console.log(`${taskId} starts at ${tier}: ${reason}`));
const { ledger } = await run.result();
const { calls = 0, usd = 0 } = ledger.byPurpose.classify ?? {};
console.log(
  `${calls} calls to the classifier, ${((100 * usd) / ledger.usd).toFixed(0)} % of what the run cost`,
);
await close();
