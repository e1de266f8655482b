// See the plan before anything of it runs: which task starts at which tier, and why.
// `orchestrator.plan` asks the planner alone; the plan that comes back has passed every check.
// It is plain data: change what you know better, and submit it. It is checked once more.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({
    dates: { tierReason: "Dates stand in the archive; copying them is simple." },
    causes: { tier: "opus", errorCost: "high", tierReason: "Historians disagree, and must be weighed." },
    essay: { tier: "opus", tierReason: "It is what the reader sees.", dependsOn: ["dates", "causes"] },
  }),
  execute: {
    dates: { haiku: { output: "Opened 1869, closed 1951." } },
    causes: { opus: { output: "Lorries, mostly; the flood of 1947 hastened it." } },
    essay: { haiku: { output: "The canal lasted 82 years, until lorries took its freight." } },
  },
});

const orchestrator = createOrchestrator({ agents: claudeAgents({ client }) });
const plan = await orchestrator.plan("Why was the canal closed?");

for (const { id, tier, tierReason, dependsOn } of plan.tasks) {
  console.log(`${id} at ${tier}, after ${dependsOn.join(" and ") || "nothing"}: ${tierReason}`);
}
for (const { taskId, from, to, reason } of plan.changes) {
  console.log(`Terrace moved ${taskId} from ${from} to ${to}. ${reason}`);
}

const edited = {
  ...plan,
  tasks: plan.tasks.map((task) =>
    task.id === "essay" ? { ...task, tier: "haiku", tierReason: "One sentence will do." } : task,
  ),
};
const { answer } = await orchestrator.submit(edited).result();

console.log(answer);
await close();
