/** The durable figure is taken over what a run really writes, and over as few transactions. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { sqliteStore } from "@terrace/store";
import { afterEach, expect, test } from "vitest";
import { appendBare, prepareTables, readRows } from "../../bench/bare-appends.js";
import { measureDurable } from "../../bench/durable-run.js";
import { measure } from "../../bench/measure.js";
import { terraceOn } from "../../bench/terrace.js";
import { createWorkload } from "../../bench/workloads.js";

const workload = createWorkload("w5");
/** Submitted, planned and completed, and seven for each of the eight tasks. */
const EVENTS = 3 + 7 * 8;

const folder = mkdtempSync(join(tmpdir(), "terrace-bench-test-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a round takes a run in a file and bare appends of as many events, in no more transactions", async () => {
  const { measured, events, bytes, commits, bareCommits } = await measureDurable(workload, {
    rounds: 2,
    warmUps: 0,
  });

  expect(measured).toMatchObject({ workload: "w5", rounds: 2 });
  expect(measured.ratio).toBeGreaterThan(0);
  expect(events).toBe(EVENTS);
  expect(bytes).toBeGreaterThan(events * 100);
  expect(bareCommits).toBeLessThanOrEqual(commits);
});

test("bare appends put into the file what the run has put there, in batches", async () => {
  const path = join(folder, "bench.db");
  const store = sqliteStore(path);
  await measure(terraceOn(store), workload, 64);
  await store.close();
  const client = createClient({ url: pathToFileURL(path).href, concurrency: 1 });
  const rows = await readRows(client);
  await prepareTables(client);
  const transactions = await appendBare(client, rows, 10);
  const written = await client.execute("SELECT run, seq, body, parts, hash FROM bare_events ORDER BY seq");
  client.close();

  expect(transactions).toBe(Math.ceil(EVENTS / 10));
  expect(written.rows.map((row) => Array.from(row as ArrayLike<unknown>))).toEqual(rows.events);
});
