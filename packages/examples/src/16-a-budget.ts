// A run spends what it is given and no more: the worst case of each call is reserved before a byte of it leaves.
// What the budget does not bear waits, the run says what it would take, and a raised budget lets it go on.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, RunError } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({ sketch: {}, poster: { dependsOn: ["sketch"] } }),
  execute: {
    sketch: { haiku: { output: "a bicycle, seen from the side" } },
    poster: { haiku: { output: "A bicycle, and below it: Ride on." } },
  },
});

const orchestrator = createOrchestrator({ agents: claudeAgents({ client }), budget: { maxCalls: 3 } });
const run = orchestrator.submit("A poster for our shop.");
await run.result().catch((error: unknown) => {
  if (!(error instanceof RunError)) throw error;
  console.log(`${error.code}: ${run.state.halt?.message}`);
});
console.log(`${run.census.outcome}: ${run.census.accepted} of ${run.census.tasks} tasks accepted`);

await run.changeBudget({ maxCalls: 10, hardUsd: 1 }, "the owner");
const { answer, outcome } = await run.result();
const { calls, spentUsd, leftUsd } = run.budget;

console.log(`${outcome}: ${answer}`);
console.log(`${calls} calls; spent and left come to ${(spentUsd + (leftUsd ?? 0)).toFixed(2)} USD`);
await close();
