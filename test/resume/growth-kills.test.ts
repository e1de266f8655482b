// Real processes, killed by SIGKILL while the plan of their run grows; others go on.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claudeAgents } from "@terrace/agents";
import { checkInvariants, createOrchestrator, defineTeam } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { startSimulator } from "@terrace/simulator";
import { sqliteStore } from "@terrace/store";
import { expect, onTestFinished, test } from "vitest";
import { vendorClient } from "../agents/client-support.js";
import { ANSWER, COUNT, growingWorld, SHARED } from "./growth-world.js";
import { laterClock } from "./processes.js";

// The test command compiles what it imports first.
const program = fileURLToPath(new URL("growth-worker.mjs", import.meta.url));

/** The requests at which processes are killed, one after the other, as `purpose taskId`. */
async function killedAt(...moments: readonly string[]) {
  const left = [...moments];
  let worker: ChildProcess | undefined;
  const simulator = await startSimulator({
    world: growingWorld((purpose, taskId) => {
      if (left[0] !== `${purpose} ${taskId}` || worker === undefined) return;
      left.shift();
      worker.kill("SIGKILL");
    }),
  });
  const folder = await mkdtemp(join(tmpdir(), "terrace-"));
  const path = join(folder, "terrace.db");
  onTestFinished(async () => {
    await simulator.close();
    await rm(folder, { recursive: true });
  });
  for (const [before] of moments.entries()) {
    const signal = await new Promise((resolve) => {
      worker = fork(program, [simulator.url, path, `${before}`, JSON.stringify(SHARED)]).once(
        "exit",
        (code, by) => resolve(by ?? code),
      );
    });
    expect(signal).toBe("SIGKILL");
  }
  return { simulator, path };
}

// Two processes of their own, and 200 items: on a busy machine that takes its time.
const PATIENCE = 60_000;

test(
  "[K01] [K02] a run over 200 items, with a change of its plan and a goal within the goal, is whole after two kills",
  async () => {
    const { simulator, path } = await killedAt("execute facts-1", "plan market");
    const store = sqliteStore(path);
    onTestFinished(() => store.close());
    const orchestrator = createOrchestrator({
      team: defineTeam(SHARED.team),
      limits: SHARED.limits,
      agents: claudeAgents({ client: vendorClient(simulator.url) }),
      store,
      env: laterClock(2),
      enforceInvariants: true,
    });
    const [found] = await orchestrator.runs();
    const run = await orchestrator.resume(found?.runId ?? "");
    const { answer, outcome, census } = await run.result();

    expect({ answer, outcome }).toEqual({ answer: ANSWER, outcome: "complete" });
    expect(census).toMatchObject({ tasks: COUNT + 6, accepted: COUNT + 6 });
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
    const revisions = eventsOf(run.log, "plan.revised").map(({ cause, taskId }) => `${cause} ${taskId}`);
    expect(revisions.sort()).toEqual(["flagged archive", "for_each facts", "subgoal market"]);
    expect(eventsOf(run.log, "run.resumed")).toHaveLength(2);
    const bodies = simulator.requests.map(({ body }) => JSON.stringify(body));
    const repeated = bodies.length - new Set(bodies).size;
    const orphans = eventsOf(run.log, "call.orphaned").length;
    const sent = eventsOf(run.log, "call.sent").length;
    expect(repeated).toBeLessThanOrEqual(orphans);
    expect(orphans).toBeLessThanOrEqual(2 * 8);
    expect(bodies.length).toBeGreaterThanOrEqual(sent - orphans);
    expect(bodies.length).toBeLessThanOrEqual(sent);
  },
  PATIENCE,
);
