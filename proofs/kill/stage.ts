// A place for one run: a server and a file of its own, and a look at both that no driver of the run has a hand in.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@terrace/core";
import type { Simulator } from "@terrace/simulator";
import { sqliteStore } from "@terrace/store";
import type { Order } from "./orders.js";
import { startServer } from "./reference-world.js";

/** How long a process that will be hit takes its lease for, in milliseconds: whoever goes on waits as long. */
export const SHORT_LEASE_MS = 150;

/** A stage. */
export interface Stage {
  readonly folder: string;
  readonly server: Simulator;
  /** An order to drive a run here. */
  readonly order: (owner: string, changes?: Partial<Order>) => Order;
  /** The only run here, as the file tells; `undefined` when nothing of it is durable. */
  readonly read: () => Promise<{ readonly runId: string; readonly log: readonly RunEvent[] } | undefined>;
  readonly close: () => Promise<void>;
}

/** Makes a stage. */
async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "terrace-kill-"));
  const server = await startServer();
  const path = join(folder, "terrace.db");
  return {
    folder,
    server,
    order: (owner, changes = {}) => ({ path, url: server.url, owner, leaseMs: SHORT_LEASE_MS, ...changes }),
    async read() {
      const store = sqliteStore(path);
      try {
        const [run] = await store.list(1);
        return run && { runId: run.runId, log: await store.read(run.runId) };
      } finally {
        await store.close();
      }
    },
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Does something on a stage of its own. */
export async function onStage<Result>(work: (stage: Stage) => Promise<Result>): Promise<Result> {
  const stage = await openStage();
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}
