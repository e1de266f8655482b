// What can wait costs half: a hundred tasks live, and the same in batches, with a process that is killed in the middle.
// The batch goes on at the provider; whoever resumes the run reads its results. Nothing is sent twice, nor paid twice.

import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, OrchestrationError, type Run } from "@terrace/core";
import { costMicroUsd, scriptedWorld, startSimulator } from "@terrace/simulator";
import { sqliteStore } from "@terrace/store";
import { planFor, SETTINGS, team } from "./batch-plan.js";
import { accepts } from "./offline.js";

const world = scriptedWorld({
  execute: { "*": { "*": { output: "Où est le quai ?", outputTokens: 600 } } },
  review: { "*": { "*": { json: accepts("It is."), outputTokens: 600 } } },
});
const start = () => startSimulator({ world, batches: { latency: 800 } });
const COUNT = 100;

const first = await start();
const client = new Anthropic({ apiKey: "none", baseURL: first.url });
await createOrchestrator({ team, agents: claudeAgents({ client }) })
  .submit(planFor(COUNT))
  .result();
console.log(`live: ${first.bill.requests} requests`);

const second = await start();
const folder = await mkdtemp(join(tmpdir(), "terrace-"));
const path = join(folder, "terrace.db");
const worker = fork(join(import.meta.dirname, "batch-worker.js"), [`${COUNT}`, second.url, path]);
// It asks how far the batch is: time to kill it.
while (!second.requests.some(({ method }) => method === "GET")) await wait(10);
worker.kill("SIGKILL");
console.log(`killed: ${second.batches.length} batch of ${second.batches[0]?.items.length} under way`);

const store = sqliteStore(path);
const waiting = new Anthropic({ apiKey: "none", baseURL: second.url });
const agents = claudeAgents({ client: waiting, batches: { ...SETTINGS, maxRequests: COUNT } });
const orchestrator = createOrchestrator({ team, agents, store });
const run = await resume((await orchestrator.runs())[0]?.runId ?? "");
const { outcome } = await run.result();
console.log(`resumed: ${outcome}, ${second.batches.length} batches`);

const items = second.batches.flatMap((batch) => batch.items);
console.log(`sent twice: ${items.length - new Set(items.map(({ hash }) => hash)).size}`);
const { bill } = second;
const whole = bill.calls.map((call) => costMicroUsd(call.model, { ...call, serviceTier: "standard" }));
const percent = (of: number): string => `${Math.round((100 * bill.microUsd) / of)} %`;
console.log(`paid: ${percent(whole.reduce((sum, each) => sum + each, 0))} of what the same calls cost live`);
// The prompt cache of a batch lives for an hour, and writing it costs more than for five minutes.
console.log(`paid: ${percent(first.bill.microUsd)} of the live bill`);

await store.close();
await rm(folder, { recursive: true });
await Promise.all([first.close(), second.close()]);

/** Goes on with a run as soon as the lease of the process that was killed has run out. */
async function resume(runId: string): Promise<Run> {
  for (;;) {
    try {
      return (await orchestrator.resume(runId)) as unknown as Run;
    } catch (error) {
      if (!OrchestrationError.is(error) || error.code !== "RUN_LOCKED") throw error;
      await wait(100);
    }
  }
}
