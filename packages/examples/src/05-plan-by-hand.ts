// When you know the tasks, no planner is asked: write the plan yourself.
// `dependsOn` is the only order there is; what does not wait for something runs at the same time.
// Criteria are what the reviewer answers, each with yes or no.

import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator, definePlan } from "@terrace/core";
import { accepts, offline } from "./offline.js";

const { client, close } = await offline({
  execute: {
    pros: { haiku: { output: "No commute, a larger choice of people." } },
    cons: { haiku: { output: "Newcomers learn more slowly, and meet nobody." } },
    memo: { sonnet: { output: "Stay remote. Bring newcomers in for their first month." } },
  },
  review: { memo: { sonnet: accepts("It says to stay remote.", "It has 10 words.") } },
});

const plan = definePlan(claudeTeam, {
  goal: "Should the team stay remote?",
  tasks: [
    { id: "pros", role: "worker", brief: "What speaks for it?" },
    { id: "cons", role: "worker", brief: "What speaks against it?" },
    {
      id: "memo",
      role: "worker",
      brief: "Weigh both and decide.",
      tier: "sonnet",
      tierReason: "The two sides do not compare easily.",
      errorCost: "high",
      criteria: ["It decides.", "It has at most 20 words."],
      dependsOn: ["pros", "cons"],
    },
  ],
});

const run = createOrchestrator({ agents: claudeAgents({ client }) }).submit(plan);
const { answer, outputs } = await run.result();

console.log(`for: ${outputs.pros}`);
console.log(`against: ${outputs.cons}`);
console.log(answer);
await close();
