// A process that pursues a goal until it is killed: it says each event's type, one a line, and nothing else.

import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator, definePlan } from "@terrace/core";
import { sqliteStore } from "@terrace/store";

const [path, baseURL, leaseMs] = process.argv.slice(2);
const client = new Anthropic({ apiKey: "none", baseURL });
const team = { ...claudeTeam, reviewer: { ...claudeTeam.reviewer, auditShare: 0 } };
const orchestrator = createOrchestrator({
  team,
  agents: claudeAgents({ client }),
  store: sqliteStore(path),
  concurrency: 4,
  leaseMs: Number(leaseMs),
});
const tasks = Array.from({ length: 10 }, (_, index) => ({
  id: `t${index}`,
  role: "worker",
  brief: `Do part ${index}.`,
  criteria: ["It is right."],
  dependsOn: index < 4 ? [] : [`t${index - 4}`, `t${index - 3}`],
}));
const run = orchestrator.submit(definePlan(team, { goal: "Do all parts.", tasks }));
for await (const { type } of run) process.stdout.write(`${type}\n`);
