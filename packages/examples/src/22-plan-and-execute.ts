// Orchestrator and workers: the strongest model plans once, cheaper ones do the parts side by side, and one of them makes
// a whole of them. The less sure an executor is of its output, the stronger the model that reviews it.

import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({
    prices: { tierReason: "The figures stand in the offers." },
    risks: { tier: "sonnet", tierReason: "What is missing from a contract takes judgement." },
    advice: { tier: "sonnet", tierReason: "It weighs both.", dependsOn: ["prices", "risks"] },
  }),
  execute: {
    prices: { haiku: { output: "A costs 900, B costs 1,100." } },
    risks: { sonnet: { output: "B has no end.", confidence: "low", because: "The annex is missing." } },
    advice: { sonnet: { output: "Take A.", confidence: "medium" } },
  },
});
const team = { ...claudeTeam, reviewer: { ...claudeTeam.reviewer, auditShare: 0 } };
const run = createOrchestrator({ team, agents: claudeAgents({ client }), concurrency: 1 }).submit(
  "Which offer?",
);
run.on("plan.accepted", ({ tasks }) => {
  for (const { id, tier, tierReason } of tasks) console.log(`${id} starts at ${tier}: ${tierReason}`);
});
const sure = new Map<string, string>();
run.on("attempt.finished", ({ taskId, confidence }) => void sure.set(taskId, confidence));
run.on("review.queued", ({ taskId, route }) =>
  console.log(`${taskId}: confidence ${sure.get(taskId)}, reviewed at ${route.tier}`),
);
const { answer, ledger } = await run.result();
console.log(
  `${answer} ${ledger.byPurpose.plan?.calls} call to the planner, ${ledger.byPurpose.execute?.calls} to executors`,
);
await close();
