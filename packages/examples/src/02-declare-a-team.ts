// A team of your own: a ladder of tiers, a model for each, the roles, and how strictly outputs are reviewed.
// The declaration is inert data; one call wires it to agents, and a run is what you hear, read and await.
// Here the reviewer rejects what Haiku found, so that one task, and no other, is re-run at Sonnet.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, defineTeam } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline, rejects } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({
    facts: { role: "researcher" },
    advice: { role: "writer", tier: "sonnet", dependsOn: ["facts"] },
  }),
  execute: {
    facts: {
      haiku: { output: "All three are popular.", confidence: "low", because: "I found no figures." },
      sonnet: { output: "One of them needs no server; two want an administrator.", confidence: "medium" },
    },
    advice: { sonnet: { output: "Take the one without a server.", confidence: "medium" } },
  },
  review: { facts: { haiku: rejects("Popularity does not say what a team of ten must run.") } },
});

const team = defineTeam({
  ladder: ["haiku", "sonnet", "opus"], // the default; may be left out
  models: {
    haiku: "claude-haiku-5-5",
    sonnet: "claude-sonnet-5-5",
    opus: { model: "claude-opus-5-5", effort: "medium" },
  },
  planner: { tier: "opus", instructions: "Split the goal into the fewest tasks that stand alone." },
  executors: {
    researcher: { tier: "haiku", instructions: "Find the facts and say where each came from." },
    writer: { tier: "sonnet", instructions: "Answer in plain prose, conclusion first." },
  },
  reviewer: { policy: "balanced", instructions: "Accept, or name what is missing." },
});

const orchestrator = createOrchestrator({ team, agents: claudeAgents({ client }), concurrency: 8 });
const run = orchestrator.submit("Which of these three databases suits a team of ten?");

run.on("task.escalated", ({ taskId, from, to }) => console.log(`${taskId}: ${from} → ${to}`));
const { answer, ledger } = await run.result();

console.log(answer);
console.log(`${ledger.calls} calls`);
await close();
