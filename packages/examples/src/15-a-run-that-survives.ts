// A run outlives its process: its log is in a file, and whoever opens the file can go on.
// The first orchestrator stops in the middle; the second, as in another process, resumes what the first left.
// No call whose answer was recorded is made again: the simulator counts the requests.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claudeAgents } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { sqliteStore } from "@terrace/store";
import { offline } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({ melody: {}, words: { dependsOn: ["melody"] }, song: { dependsOn: ["words"] } }),
  execute: {
    melody: { haiku: { output: "la la la" } },
    words: { haiku: { output: "all is well" } },
    song: { haiku: { output: "la la la, all is well" } },
  },
});
const folder = await mkdtemp(join(tmpdir(), "terrace-"));
const path = join(folder, "terrace.db");

const before = sqliteStore(path);
const first = createOrchestrator({ agents: claudeAgents({ client }), store: before }).submit("Write a song.");
first.on("task.accepted", ({ taskId }) => {
  console.log(`${taskId} is accepted`);
  if (taskId === "melody") void first.pause("The shift is over.");
});
await first.result().catch((error: Error) => console.log(error.message.replace(first.id, "…").split(":")[0]));
await before.close();

const after = sqliteStore(path);
const orchestrator = createOrchestrator({ agents: claudeAgents({ client }), store: after });
const [left] = await orchestrator.runs();
console.log(`found: "${left?.goal}", ${left?.lastRunEvent}`);

const second = await orchestrator.resume(left?.runId ?? "");
second.on("task.accepted", ({ taskId }) => console.log(`${taskId} is accepted`));
const { answer, ledger } = await second.result();

console.log(answer);
console.log(`${ledger.calls} calls in both processes together`);

await after.close();
await rm(folder, { recursive: true });
await close();
