// The product alone in a process, so that the heap is its own: a plan of many tasks, the real client, real HTTP.

import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, definePlan, defineTeam, OrchestrationError, type Run } from "@terrace/core";
import { sqliteStore } from "@terrace/store";
import type { RunReport, RunSetup } from "./messages.js";

const SAMPLE_MS = 20;
const MB = 1_048_576;

const setup = JSON.parse(process.argv[2] ?? "") as RunSetup;
const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku" }, writer: { tier: "sonnet" }, expert: { tier: "opus" } },
  reviewer: { auditShare: 0 },
});
const ROLES = ["worker", "writer", "expert"] as const;

const warnings: string[] = [];
process.on("warning", ({ name, message }) => warnings.push(`${name}: ${message}`));
// Also when whoever started this is gone: a storm that nobody hears of need not go on.
process.on("disconnect", () => process.exit());
const report = await pursue();
process.send?.(report, () => process.disconnect());

async function pursue(): Promise<RunReport> {
  const plan = definePlan(team, {
    goal: "Weather it.",
    tasks: Array.from({ length: setup.tasks }, (_, index) => ({
      id: `t${index}`,
      brief: `Do part ${index}.`,
      role: ROLES[index % ROLES.length] ?? "worker",
    })),
  });
  const client = new Anthropic({ apiKey: "none", baseURL: setup.url, openTelemetry: false, logLevel: "off" });
  const store = setup.storePath === null ? undefined : sqliteStore(setup.storePath);
  const orchestrator = createOrchestrator({
    team,
    agents: claudeAgents({ client, warn: () => {} }),
    concurrency: setup.concurrency,
    // Three retries, the default, would pause the run: of 20,000 calls about ten fail four times in a row.
    limits: { maxTasks: setup.tasks, maxTopTierShare: 1, maxRetries: 10 },
    ...(store && { store }),
  });
  const heap = watchHeap();
  const startedMs = performance.now();
  const { accepted, pauses } = await toEnd(orchestrator.submit(plan));
  const seconds = (performance.now() - startedMs) / 1_000;
  heap.stop();
  await store?.close();
  return { accepted, pauses, seconds, peakHeapMb: heap.peakMb(), baseHeapMb: heap.baseMb, warnings };
}

/** Lets a run that was paused go on, as a person would, ten times at most. */
async function toEnd(run: Run): Promise<{ accepted: number; pauses: number }> {
  for (let pauses = 0; ; pauses += 1) {
    try {
      return { accepted: (await run.result()).census.accepted, pauses };
    } catch (error) {
      if (pauses === 10 || !OrchestrationError.is(error) || error.code !== "RUN_PAUSED") throw error;
      await run.resume();
    }
  }
}

function watchHeap() {
  const used = () => process.memoryUsage().heapUsed / MB;
  const baseMb = used();
  let peak = baseMb;
  const look = () => {
    peak = Math.max(peak, used());
  };
  const timer = setInterval(look, SAMPLE_MS);
  const stop = () => {
    look();
    clearInterval(timer);
  };
  return { baseMb, peakMb: () => peak, stop };
}
