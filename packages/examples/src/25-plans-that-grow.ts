// A plan need not know everything: not which things a list will hold, how a part is best cut, or what will fail.
// A task is done once for each item of a list, a subgoal is planned when it is due, and what fails is planned around.
// Each is a revision of the plan: checked as the plan was, recorded, and within the limits that you set.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, defineTeam } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline, rejects } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({
    hauliers: { brief: "List the hauliers of the port." },
    fleet: {
      brief: "Extract how many lorries the haulier has.",
      dependsOn: ["hauliers"],
      forEach: "hauliers",
    },
    total: { brief: "Add the lorries up.", dependsOn: ["fleet"] },
    tolls: { brief: "Look the tolls up in the archive of 1950." },
    advice: { brief: "Whom should we hire?", dependsOn: ["total", "tolls"], subgoal: 0.5 },
  }),
  // What the planner answers when the run comes to a task that it has to change the plan for.
  revise: {
    tolls: {
      ...planOf({
        tariff: { brief: "Look the tolls up in the tariff of today." },
        advice: { brief: "Whom should we hire?", dependsOn: ["total", "tariff"], subgoal: 0.5 },
      }),
      withdraw: ["tolls"],
      reason: "The archive ends in 1949, and the tariff is in print.",
    },
    advice: planOf({ costs: { dependsOn: ["total", "tariff"] }, choice: { dependsOn: ["costs"] } }),
  },
  execute: {
    hauliers: { haiku: { output: '["Orrin Freight", "Hull & Sons", "Moss", "Tern Lines", "Vale"]' } },
    "fleet-1": { haiku: { output: "12" } },
    "fleet-2": { haiku: { output: "3" } },
    "fleet-3": { haiku: { output: "7" } },
    "fleet-4": { haiku: { output: "20" } },
    "fleet-5": { haiku: { output: "1" } },
    total: { haiku: { output: "43 lorries, 20 of them with Tern Lines." } },
    tolls: { haiku: { output: "The archive does not tell." } },
    tariff: { haiku: { output: "4 a lorry." } },
    "advice-costs": { haiku: { output: "Tern Lines pays 80 in tolls." } },
    "advice-choice": { haiku: { output: "Hire Tern Lines: one contract, and 80 in tolls." } },
  },
  review: { tolls: { haiku: rejects("There is no toll in it.") } },
});

const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku", maxTier: "haiku" } }, // beyond it, the planner is asked
});
const orchestrator = createOrchestrator({
  team,
  agents: claudeAgents({ client }),
  limits: { maxItems: 10, maxNesting: 1, maxRevisions: 1 },
  concurrency: 1,
});

const run = orchestrator.submit("Whom of the port's hauliers should we hire?", { budget: { hardUsd: 25 } });
run.on("plan.revised", ({ number, cause, taskId, reason, tasks, withdrawn }) => {
  console.log(`revision ${number}, ${cause} of ${taskId}: ${reason}`);
  console.log(`  new or changed: ${tasks.map(({ id }) => id).join(", ")}`);
  if (withdrawn.length > 0) console.log(`  withdrawn: ${withdrawn.join(", ")}`);
});
const { answer, census } = await run.result();

console.log(`${census.accepted} of ${census.tasks} tasks are accepted.`);
console.log(answer);
await close();
