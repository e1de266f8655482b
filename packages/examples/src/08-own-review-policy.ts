// Who reviews is decided by a policy: "economy", "balanced", "thorough", or a function of your own.
// It is asked about each output: the tier that made it, its confidence, and what an error would cost.
// A reviewer is never below the executor, whatever the function answers.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, DEFAULT_LADDER, definePlan, defineTeam, type ReviewPolicy } from "@terrace/core";
import { offline } from "./offline.js";

const { client, close } = await offline({
  execute: {
    menu: { haiku: { output: "Soup, then dumplings." } },
    drinks: { haiku: { output: "Tea, I suppose.", confidence: "low", because: "Nobody said." } },
    allergies: { haiku: { output: "Two guests must not eat nuts." } },
  },
});

/** Our own kitchen: what may hurt somebody goes to the top; the unsure go one up; the rest check each other. */
const kitchen: ReviewPolicy = ({ ladder, tier, confidence, errorCost }) => {
  if (errorCost === "high") return ladder.at(-1) ?? tier;
  if (confidence === "low") return ladder[ladder.indexOf(tier) + 1] ?? tier;
  return tier;
};

const team = defineTeam({
  ladder: DEFAULT_LADDER,
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { cook: { tier: "haiku" } },
  // One confident output in ten would get a stronger reviewer all the same; 0 leaves it to the policy alone.
  reviewer: { policy: kitchen, auditShare: 0 },
});

const plan = definePlan(team, {
  goal: "Plan a dinner for eight.",
  tasks: [
    { id: "menu", role: "cook", brief: "Choose two courses." },
    { id: "drinks", role: "cook", brief: "Choose what to drink.", dependsOn: ["menu"] },
    {
      id: "allergies",
      role: "cook",
      brief: "Who must not eat what?",
      errorCost: "high",
      dependsOn: ["drinks"],
    },
  ],
});

const run = createOrchestrator({ team, agents: claudeAgents({ client }) }).submit(plan);
run.on("review.queued", ({ taskId, route }) => console.log(`${taskId} is reviewed at ${route.tier}`));
await run.result();
await close();
