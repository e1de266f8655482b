// The shortest call: a goal goes in, an answer comes out.
// The team is the default one: Opus plans, a worker starts at Haiku, and every output is reviewed.
// With a key it is one line: `createOrchestrator({ agents: claudeAgents() }).submit(goal).result()`.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({ count: {} }),
  execute: { count: { haiku: { output: "February had 29 days in 2024." } } },
});

const { answer } = await createOrchestrator({ agents: claudeAgents({ client }) })
  .submit("How many days had February in 2024?")
  .result();

console.log(answer);
await close();
