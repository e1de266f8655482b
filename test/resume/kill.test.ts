import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents, claudeTeam } from "@terrace/agents";
import { checkInvariants, createOrchestrator, type Run } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { readMarkers, type Simulator, startSimulator, type World } from "@terrace/simulator";
import { sqliteStore } from "@terrace/store";
import { afterEach, expect, test } from "vitest";

const LEASE_MS = 300;
const SLOTS = 4;
const worker = fileURLToPath(new URL("worker.mjs", import.meta.url));

/** Every third task is rejected at Haiku, so that there are escalations to be killed in. */
const world: World = {
  answer(request) {
    const { purpose, taskId = "", tier } = readMarkers(request);
    if (purpose === "review") {
      const met = tier !== "haiku" || Number(taskId.slice(1)) % 3 !== 0;
      return { json: { criteria: [{ criterion: 0, met, finding: "As told." }], problems: [], blame: "" } };
    }
    return {
      json: { output: `${taskId} by ${tier}`, confidence: "high", because: "As told.", unverified: [] },
    };
  },
};

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ending.splice(0).map((end) => end()));
});

/** Starts a run in a process of its own and kills it as soon as it has said so many events. */
async function killedAfter(events: number, path: string, simulator: Simulator): Promise<void> {
  const child = spawn(process.execPath, [worker, path, simulator.url, String(LEASE_MS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => child.once("close", resolve));
  let said = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    said += 1;
    if (said === events) child.kill("SIGKILL");
  }
  await gone;
  expect(child.signalCode).toBe("SIGKILL");
}

/** Goes on with the only run of a store, once the dead process's lease has run out. */
async function resumed(path: string, simulator: Simulator): Promise<Run> {
  const store = sqliteStore(path);
  ending.push(() => store.close());
  const client = new Anthropic({ apiKey: "none", baseURL: simulator.url });
  const team = { ...claudeTeam, reviewer: { ...claudeTeam.reviewer, auditShare: 0 } };
  const orchestrator = createOrchestrator({
    team,
    agents: claudeAgents({ client }),
    store,
    concurrency: SLOTS,
  });
  const [left] = await orchestrator.runs();
  await new Promise((resolve) => setTimeout(resolve, LEASE_MS + 50));
  return orchestrator.resume(left?.runId ?? "");
}

// Each point is a process, killed; the last ones lie close to the end of the run.
test.each([1, 9, 22, 37, 58, 80, 101, 123])(
  "[K02] a process killed with SIGKILL after %i events leaves a run that ends as it would have, and pays for nothing twice",
  async (events) => {
    const folder = await mkdtemp(join(tmpdir(), "terrace-kill-"));
    ending.push(() => rm(folder, { recursive: true }));
    const simulator = await startSimulator({ world, latency: 12 });
    ending.push(() => simulator.close());
    const path = join(folder, "terrace.db");
    await killedAfter(events, path, simulator);
    const run = await resumed(path, simulator);
    const { outputs } = await run.result();

    for (const [id, output] of Object.entries(outputs)) {
      expect(output).toBe(`${id} by ${Number(id.slice(1)) % 3 === 0 ? "sonnet" : "haiku"}`);
    }
    expect(Object.keys(outputs)).toHaveLength(10);
    expect(checkInvariants(run.log)).toEqual([]);

    const orphans = eventsOf(run.log, "call.orphaned").length;
    expect(orphans).toBeLessThanOrEqual(SLOTS);
    // By the server's own count: only what was in flight at the kill came twice, and nothing else.
    const bodies = simulator.requests.map(({ body }) => JSON.stringify(body));
    expect(bodies.length - new Set(bodies).size).toBeLessThanOrEqual(orphans);
    expect(eventsOf(run.log, "call.answered").length).toBe(new Set(bodies).size);
  },
);
