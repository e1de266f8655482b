/** What a run costs whose every event is on the disk, beside putting the same rows there with nothing around it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { sqliteStore } from "@terrace/store";
import { appendBare, prepareTables, type Rows, readRows } from "./bare-appends.js";
import { CONCURRENCY, measure } from "./measure.js";
import { type Measured, type Round, summarize } from "./report.js";
import { alternate, type Repeats } from "./same-process.js";
import { terraceOn } from "./terrace.js";
import type { Workload } from "./workloads.js";

/** What the durable run did, which the bare appends then repeat. */
interface Pattern {
  readonly rows: Rows;
  /** Transactions of the run, those of its lease included. */
  readonly commits: number;
  /** Events in a transaction, on average and rounded up: the bare appends have no more transactions than the run. */
  readonly batch: number;
}

/** The figure, and what it was taken over. */
export interface Durable {
  readonly measured: Measured;
  readonly events: number;
  readonly bytes: number;
  /** Transactions of one run, and of the bare appends. */
  readonly commits: number;
  readonly bareCommits: number;
}

/**
 * Wall time per task of a run in a SQLite file, and of bare appends of the same rows.
 *
 * Each round has a new file, to which both write, one after the other. Both find the log written back, so that neither
 * pays for the other's pages.
 */
export async function measureDurable(workload: Workload, repeats: Repeats): Promise<Durable> {
  const folder = mkdtempSync(join(tmpdir(), "terrace-bench-"));
  try {
    const { rows, commits, batch } = await learn(workload, join(folder, "pattern.db"));
    const perTask = (elapsedMs: number) => (elapsedMs * 1_000) / workload.tasks.length;
    const turns = { subject: 0, base: 0 };
    const subject = async () => {
      turns.subject += 1;
      return perTask(await runDurably(workload, join(folder, `${turns.subject}.db`)));
    };
    const base = async () => {
      turns.base += 1;
      return perTask(await runBare({ rows, batch }, join(folder, `${turns.base}.db`)));
    };
    const rounds: Round[] = await alternate({ subject, base }, repeats);
    const measured = { workload: workload.name, figure: "us/task, durable", ...summarize(rounds) };
    const bareCommits = Math.ceil(rows.events.length / batch);
    return { measured, events: rows.events.length, bytes: rows.bytes, commits, bareCommits };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runDurably(workload: Workload, path: string): Promise<number> {
  const store = sqliteStore(path);
  await store.list(1); // opens it
  const { elapsedMs } = await measure(terraceOn(store), workload, CONCURRENCY);
  await store.close();
  return elapsedMs;
}

async function runBare({ rows, batch }: Pick<Pattern, "rows" | "batch">, path: string): Promise<number> {
  const store = sqliteStore(path);
  await store.list(1); // makes the file, when the bare appends are first
  await store.close();
  const client = connect(path);
  try {
    await client.execute("PRAGMA synchronous = FULL");
    await prepareTables(client);
    const startedMs = performance.now();
    await appendBare(client, rows, batch);
    const elapsedMs = performance.now() - startedMs;
    await client.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return elapsedMs;
  } finally {
    client.close();
  }
}

/** Runs the workload once, untimed, to see what it writes and in how many transactions. */
async function learn(workload: Workload, path: string): Promise<Pattern> {
  let commits = 0;
  const fault = (point: string) => {
    if (point === "committed") commits += 1;
  };
  const store = sqliteStore(path, { fault });
  await measure(terraceOn(store), workload, CONCURRENCY);
  await store.close();
  const client = connect(path);
  const rows = await readRows(client);
  client.close();
  return { rows, commits, batch: Math.ceil(rows.events.length / commits) };
}

function connect(path: string): Client {
  return createClient({ url: pathToFileURL(path).href, concurrency: 1 });
}
