// What a tier cannot do goes exactly one tier higher: after a rejected output, or after two answers that cannot be read.
// A task never comes down again while it is under way. What the top cannot do waits for a person.

import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator, definePlan } from "@terrace/core";
import { accepts, offline, rejects } from "./offline.js";

const { client, close } = await offline({
  execute: {
    haiku: {
      haiku: { output: "An old pond, a frog." },
      "*": { output: "old pond / a frog leaps in / sound" },
    },
    table: { haiku: { raw: "I made a table!" }, "*": { output: "| a | b |" } },
    proof: { "*": { output: "It is obvious." } },
  },
  review: {
    haiku: { haiku: rejects("It is one line."), "*": accepts() },
    proof: { "*": rejects("It proves nothing.") },
  },
});
const plan = definePlan(claudeTeam, {
  tasks: ["haiku", "table", "proof"].map((id) => ({ id, role: "worker" as const, brief: `The ${id}.` })),
});
const run = createOrchestrator({ team: claudeTeam, agents: claudeAgents({ client }), concurrency: 1 }).submit(
  plan,
);
await run.result().catch(() => undefined);

for (const [id, { attempts, status }] of run.state.tasks) {
  console.log(`${id}: ${attempts.map(({ tier }) => tier).join(", ")}: ${status}`);
}
await run.resolve("proof", { action: "answer", output: "By induction over n." }, { by: "ana" });
const { answer, outcome } = await run.result();
console.log(`${outcome}: ${answer}`);
await close();
