// A process of its own, which submits a plan of tasks that may wait, and drives it until it is done or killed.
// Given the number of tasks, the address of the simulator and the file of the store.

import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { sqliteStore } from "@terrace/store";
import { planFor, SETTINGS, team } from "./batch-plan.js";

const [count = "1", baseURL = "", path = ""] = process.argv.slice(2);
const client = new Anthropic({ apiKey: "none", baseURL });
const store = sqliteStore(path);
const agents = claudeAgents({ client, batches: { ...SETTINGS, maxRequests: Number(count) } });
const orchestrator = createOrchestrator({ team, agents, store, leaseMs: 2_000 });
await orchestrator.submit(planFor(Number(count)), { urgency: "batch" }).result();
await store.close();
