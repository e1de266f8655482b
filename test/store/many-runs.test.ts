import { memoryStore, type RunSummary, systemEnvironment } from "@terrace/core";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { begin, reasonOf } from "../../packages/core/src/testing/run-store-contract/samples.js";
import { type AppendRequest, appending } from "../../packages/store/src/append.js";
import { acquiring } from "../../packages/store/src/lease.js";
import { Database } from "../../packages/store/src/sqlite/database.js";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { selectNewest, writeTables } from "../../packages/store/src/sqlite/tables.js";
import { NOW, newPath } from "./files.js";

/** Behind it come the fifty oldest of a hundred runs. */
const PLACE = { startedAt: NOW + 50, runId: "run_00050" };
const RUNS = 10_000;
const runIdOf = (index: number) => `run_${String(index).padStart(5, "0")}`;

/** A file of many runs of two events, each started a millisecond after the one before. */
async function fileOf(runs: number): Promise<string> {
  const path = newPath();
  const database = new Database({
    path,
    busyTimeoutMs: 5_000,
    fault: () => {},
    allowNetworkFileSystem: false,
    env: systemEnvironment,
  });
  await database.write(async (tx) => {
    const tables = writeTables(tx, path);
    const requests: AppendRequest[] = [];
    for (let index = 0; index < runs; index += 1) {
      const runId = runIdOf(index);
      const lease = await acquiring({ runId, owner: "past", now: NOW, ttlMs: 1_000 })(tables, false);
      const events = [begin(runId, `Goal ${index}`, NOW + index), reasonOf(runId, 1, "x")];
      requests.push({ lease, events, expectedSeq: 0 });
    }
    const refusals = await appending(requests)(tables, false);
    expect(refusals.filter((refusal) => refusal !== undefined)).toEqual([]);
  });
  await database.close();
  return path;
}

test("[K35] of 10,000 past runs a page is listed from their first events alone, and the pages hold each run once", async () => {
  const path = await fileOf(RUNS);
  const client = connect(path);
  await client.execute("UPDATE events SET body = 'not read', hash = 'not read' WHERE seq > 0");
  client.close();
  const store = sqliteStore(path);
  const seen: string[] = [];
  for (let after: RunSummary | undefined; ; ) {
    const page = await store.list(1_000, after);
    if (page.length === 0) break;
    expect(page.length).toBeLessThanOrEqual(1_000);
    seen.push(...page.map(({ runId }) => runId));
    after = page.at(-1);
  }
  await store.close();

  expect(seen).toEqual(Array.from({ length: RUNS }, (_, index) => runIdOf(RUNS - 1 - index)));
}, 60_000);

test("[K35] a page is read without looking at the runs of other pages, neither newer nor older", async () => {
  const path = await fileOf(100);
  const client = connect(path);
  await client.execute("UPDATE events SET hash = 'not read' WHERE run NOT BETWEEN 41 AND 50");
  await client.execute("UPDATE runs SET seal = 'not read' WHERE id NOT BETWEEN 41 AND 50");
  const plans = await Promise.all(
    [selectNewest(10), selectNewest(10, PLACE)].map((select) => {
      const { sql, args } = select as Exclude<typeof select, string>;
      return client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: args as number[] });
    }),
  );
  client.close();
  const store = sqliteStore(path);
  const page = await store.list(10, PLACE);
  await store.close();

  expect(page.map(({ runId }) => runId)).toEqual(
    Array.from({ length: 10 }, (_, index) => runIdOf(49 - index)),
  );
  for (const { rows } of plans) {
    expect(rows.map(({ detail }) => detail)).toEqual([
      "SEARCH runs USING INDEX runs_by_start (started_at<?)",
      "SCALAR SUBQUERY 1",
      "SEARCH last USING COVERING INDEX sqlite_autoindex_runs_1 (run_id=?)",
    ]);
  }
});

test("[K35] a store in memory is listed in pages, too", async () => {
  const store = memoryStore();
  for (let index = 0; index < 30; index += 1) {
    const lease = await store.acquire(runIdOf(index), "past", NOW, 1_000);
    await store.append(lease, [begin(runIdOf(index), "anything", NOW + index)], 0);
  }

  expect((await store.list(2, { startedAt: NOW + 5 })).map(({ runId }) => runId)).toEqual([
    runIdOf(4),
    runIdOf(3),
  ]);
});
