// A process of its own, whose executor uses a tool, and which kills itself at a moment of that.
// Given the address of the simulator, the file of the store, the tool, the file in which it leaves a trace, and when.

import { appendFileSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents, defineTool } from "@terrace/agents";
import { createOrchestrator, defineTeam } from "@terrace/core";
import { sqliteStore } from "@terrace/store";
import { z } from "zod";

const [baseURL, path, name, trace, moment] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");

const tool = defineTool({
  name,
  description: `Does ${name}.`,
  input: z.object({ to: z.string() }),
  hasEffect: name === "send",
  run: ({ to }) => {
    if (moment === "before") die();
    appendFileSync(trace, `${name} ${to}\n`);
    if (moment === "acted") die();
    return `${name} is done.`;
  },
});
const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku", instructions: "You work.", tools: [name] } },
  reviewer: { auditShare: 0 },
});
const task = { id: "a", title: "Do a", brief: "Do it.", role: "worker", kind: "task", tier: "haiku" };
const plan = {
  tasks: [{ ...task, tierReason: "It is simple.", errorCost: "low", criteria: [], dependsOn: [] }],
  answer: "a",
};

const agents = claudeAgents({ client: new Anthropic({ apiKey: "none", baseURL }), tools: [tool] });
const run = createOrchestrator({ team, agents, store: sqliteStore(path) }).submit(plan);
run.on("tool.ended", () => {
  if (moment === "recorded") die();
});
await run.result();
