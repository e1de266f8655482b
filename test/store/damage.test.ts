import { copyFileSync, readFileSync, rmSync, statSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { OrchestrationError, type RunStore } from "@terrace/core";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { logOf, outputOf } from "../../packages/core/src/testing/run-store-contract/samples.js";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { flipByte, withOther } from "./damage.js";
import { NOW, newPath } from "./files.js";

/** Every how many bytes of the file one is changed; 1 takes minutes. */
const STEP = Number(process.env.TERRACE_FLIP_EVERY ?? 211);
const RUNS = ["run_1", "run_2", "run_3"];

async function writeRuns(path: string, large = "large ".repeat(3_000)): Promise<void> {
  const store = sqliteStore(path);
  for (const runId of RUNS) {
    const lease = await store.acquire(runId, "host:1", NOW, 60_000);
    await store.append(lease, [...logOf(runId, 20), outputOf(runId, 20, large)], 0);
  }
  await store.close();
}

/** What a store tells, as text; refusals by their code. */
async function told(store: RunStore): Promise<readonly string[]> {
  const deeds = [...RUNS.map((runId) => () => store.read(runId)), () => store.list(10)];
  const said: string[] = [];
  for (const deed of deeds) {
    said.push(
      await deed().then(
        (answer) => JSON.stringify(answer),
        (error: unknown) =>
          OrchestrationError.is(error) ? (error as OrchestrationError).code : String(error),
      ),
    );
  }
  return said;
}

/** The driver keeps a closed file open until its statements are collected, and then until the next turn. */
const collect = ((): (() => Promise<void>) => {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  return async () => {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  };
})();

const REFUSALS: readonly (string | undefined)[] = ["STORE_FAILED", "LOG_UNREADABLE"];

test("[K13] a byte of the file that changed is noticed, or changes nothing", async () => {
  const [whole, path] = [newPath(), newPath()];
  await writeRuns(whole);
  const intact = sqliteStore(whole, { env: { now: () => NOW } });
  const expected = await told(intact);
  await intact.close();
  const { size } = statSync(whole);
  const wrong: string[] = [];
  let noticed = 0;
  for (let at = 0; at < size; at += STEP) {
    if (at % (STEP * 200) === 0) await collect();
    for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, { force: true });
    copyFileSync(whole, path);
    flipByte(path, at, at % 2 === 0 ? 0xff : 1 << (at % 8));
    const store = sqliteStore(path, { env: { now: () => NOW }, busyTimeoutMs: 0 });
    const said = await told(store);
    await store.close().catch(() => {});
    if (said.some((each, index) => each !== expected[index])) noticed += 1;
    for (const [index, each] of said.slice(0, RUNS.length).entries()) {
      if (each !== expected[index] && !REFUSALS.includes(each))
        wrong.push(`byte ${at}: ${each.slice(0, 200)}`);
    }
  }

  expect(wrong).toEqual([]);
  expect(noticed).toBeGreaterThan(size / STEP / 10);
}, 600_000);

test("a character of an event's row that changed is refused, whichever it is", async () => {
  const path = newPath();
  await writeRuns(path);
  const store = sqliteStore(path);
  const client = connect(path);
  const { rows } = await client.execute(
    "SELECT rowid AS row, body, hash FROM events WHERE run = 1 AND seq IN (2, 19)",
  );
  const accepted: string[] = [];
  for (const row of rows) {
    for (const column of ["body", "hash"]) {
      const text = String(row[column]);
      const set = (value: string) =>
        client.execute({
          sql: `UPDATE events SET ${column} = ? WHERE rowid = ?`,
          args: [value, Number(row.row)],
        });
      for (let at = 0; at < text.length; at += 1) {
        await set(withOther(text, at));
        const code = await store.read("run_1").then(
          () => "read",
          (error: OrchestrationError) => error.code,
        );
        if (code !== "LOG_UNREADABLE") accepted.push(`${column} ${at}: ${code}`);
      }
      await set(text);
    }
  }
  client.close();

  expect(accepted).toEqual([]);
  await expect(store.read("run_1")).resolves.toHaveLength(21);
  await store.close();
}, 60_000);

test.each([
  ["events", "events = events - 1"],
  ["hash", "hash = replace(hash, substr(hash, 1, 1), 'z')"],
  ["start", "started_at = started_at + 1"],
  ["last change", "updated_at = updated_at + 1"],
  ["last event of the run", "last_run_event = 'run.completed'"],
  ["fence", "fence = 0"],
  ["owner", "owner = 'somebody'"],
  ["expiry", "expires_at = 0"],
  ["id", "run_id = 'run_9'"],
])("a change of a run's %s by somebody else is refused", async (_, change) => {
  const path = newPath();
  await writeRuns(path);
  const client = connect(path);
  await client.execute(`UPDATE runs SET ${change} WHERE id = 1`);
  client.close();
  const store = sqliteStore(path);

  await expect(store.read("run_1")).rejects.toMatchObject({ code: "LOG_UNREADABLE" });
  await expect(store.list(10)).rejects.toMatchObject({ code: "LOG_UNREADABLE" });
  await expect(store.read("run_2")).resolves.toHaveLength(21);
  await store.close();
});

test("a run whose entry the index has lost is not taken for unknown", async () => {
  const path = newPath();
  await writeRuns(path, "small");
  const bytes = readFileSync(path);
  // In the row of the run, in the index of ids, and in each event.
  const places = [...bytes.toString("latin1").matchAll(/run_2/g)].map(({ index }) => index);
  let hidden = 0;
  for (const at of places) {
    const copy = newPath();
    copyFileSync(path, copy);
    flipByte(copy, at, 0x20);
    const store = sqliteStore(copy);
    const code = await store.read("run_2").then(
      (log) => (log.length === 21 ? "read" : "different"),
      (error: OrchestrationError) => error.code,
    );
    if (code !== "read") hidden += 1;

    expect(["read", "LOG_UNREADABLE", "STORE_FAILED"], `byte ${at}`).toContain(code);
    await store.close();
  }
  expect(hidden).toBeGreaterThan(1);
});
