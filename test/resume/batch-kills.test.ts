// A real process, killed by SIGKILL at the moments of a batch that matter, by the simulator's own hand.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claudeAgents } from "@terrace/agents";
import { checkInvariants, createOrchestrator } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { type BatchCall, type BatchFault, scriptedWorld, startSimulator } from "@terrace/simulator";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { SETTINGS, team } from "../../packages/examples/src/batch-plan.js";
import { vendorClient } from "../agents/client-support.js";
import { laterClock } from "./processes.js";

// The test command compiles it first.
const program = fileURLToPath(new URL("../../packages/examples/dist/batch-worker.js", import.meta.url));

const COUNT = 6;
const FINE = { criteria: [{ criterion: 0, met: true, finding: "It is." }], problems: [], blame: "" };

/** The request at which the process is killed, and what becomes of the request. */
interface Moment {
  readonly call: BatchCall;
  readonly n: number;
  readonly fault: BatchFault;
}

/** Has a process killed at that moment; what it left in the file, and the simulator that it asked. */
async function killedAt({ call, n, fault }: Moment) {
  let worker: ChildProcess | undefined;
  const simulator = await startSimulator({
    world: scriptedWorld(
      { execute: { "*": { "*": { output: "Où est le quai ?" } } }, review: { "*": { "*": FINE } } },
      { repeated: "same" },
    ),
    batches: {
      fault: (asked, count) => {
        if (asked !== call || count !== n || worker === undefined) return undefined;
        worker.kill("SIGKILL");
        return fault;
      },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "terrace-"));
  const path = join(folder, "terrace.db");
  const died = new Promise<NodeJS.Signals | null>((resolve) => {
    worker = fork(program, [`${COUNT}`, simulator.url, path]).once("exit", (_, signal) => resolve(signal));
  });
  const signal = await died;
  const close = async () => {
    await simulator.close();
    await rm(folder, { recursive: true });
  };
  return { simulator, path, signal, close };
}

const lost = (billed: boolean): BatchFault => ({ kind: "reset", billed });

test.each<[string, Moment, number]>([
  ["before the batch is created", { call: "create", n: 1, fault: lost(false) }, 0],
  ["when it is created, and nobody has heard", { call: "create", n: 1, fault: lost(true) }, 1],
  ["while it waits", { call: "retrieve", n: 1, fault: lost(false) }, 1],
  [
    "in the middle of the results",
    { call: "results", n: 1, fault: { kind: "cut-body", afterBytes: 2_500 } },
    1,
  ],
  ["when the reviews are sent, and nobody has heard", { call: "create", n: 2, fault: lost(true) }, 2],
])(
  "[K01] [K02] a process that is killed %s is followed by one that sends and pays nothing twice",
  async (...row) => {
    const [, moment, batches] = row;
    const { simulator, path, signal, close } = await killedAt(moment);
    expect(signal).toBe("SIGKILL");
    expect(simulator.batches).toHaveLength(batches);
    const store = sqliteStore(path);
    const agents = claudeAgents({
      client: vendorClient(simulator.url),
      batches: { ...SETTINGS, pollMs: 5, maxRequests: COUNT },
    });
    const orchestrator = createOrchestrator({
      team,
      agents,
      store,
      env: laterClock(1),
      enforceInvariants: true,
    });
    const [left] = await orchestrator.runs();
    const run = await orchestrator.resume(left?.runId ?? "");
    const { outcome, ledger } = await run.result();
    const hashes = simulator.batches.flatMap(({ items }) => items.map(({ hash }) => hash));

    expect(outcome).toBe("complete");
    expect(hashes).toHaveLength(2 * COUNT);
    expect(new Set(hashes).size).toBe(2 * COUNT);
    expect(eventsOf(run.log, "call.orphaned")).toEqual([]);
    expect(Math.round(ledger.usd * 1_000_000)).toBe(simulator.bill.microUsd);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
    await store.close();
    await close();
  },
);
