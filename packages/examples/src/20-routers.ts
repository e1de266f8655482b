// Where tasks start is a router's affair, if a team declares one: by a table of kinds, by keywords, by the domain of the
// run, by how much there is to read. Routers are made of routers, each says why, and a person's pin wins over all.

import { claudeAgents, claudeWindows } from "@terrace/agents";
import {
  contextSizeRouter,
  createOrchestrator,
  defaultTable,
  definePlan,
  defineTeam,
  domainRouter,
  firstOf,
  highestOf,
  keywordRouter,
  plannerRouter,
  tableRouter,
} from "@terrace/core";
import { offline } from "./offline.js";

const { client, close } = await offline({});
const team = defineTeam({
  // An older Haiku, whose window of 200,000 tokens is a fifth of the others'.
  models: { haiku: "claude-haiku-4-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku" } },
  router: highestOf(
    firstOf(tableRouter(defaultTable()), domainRouter(), keywordRouter(), plannerRouter()),
    contextSizeRouter(claudeWindows),
  ),
});
const plan = definePlan(team, {
  tasks: [
    { id: "fields", role: "worker", kind: "extract", brief: "Extract the fields of the form." },
    { id: "parser", role: "worker", kind: "implement", brief: "Write the parser." },
    { id: "hangs", role: "worker", brief: "The workers hang. Find the deadlock." },
    { id: "thanks", role: "worker", brief: "Thank the testers." },
  ],
});
// Nothing runs, and nobody is asked: where would these tasks start, and why?
const orchestrator = createOrchestrator({ team, agents: claudeAgents({ client, warn: () => {} }) });
const show = async (what: string, options?: Parameters<typeof orchestrator.route>[1]) => {
  console.log(what);
  for (const { taskId, tier, router, reason } of await orchestrator.route(plan, options)) {
    console.log(`  ${taskId}: ${tier}, by ${router}. ${reason}`);
  }
};
await show("As they are:");
await show("In a run about security:", { domain: "security" });
await show("With 180,000 tokens to read:", { contextTokens: 180_000 });
await show("With a pin:", { pins: { hangs: "haiku" } });
await close();
