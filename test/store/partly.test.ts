// A process that is killed while it makes a file, or tidies one up: row K04; and one whose last write is torn: K03, K12.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { logOf } from "../../packages/core/src/testing/run-store-contract/samples.js";
import { APPLICATION_ID, VERSION } from "../../packages/store/src/sqlite/migrations.js";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { NOW, newPath } from "./files.js";
import { startWriter } from "./processes.js";

const parts = Array.from({ length: 5 }, (_, index) => (index + 0.5) / 5);

/** The file of a writer that was killed at that part of its deed, or earlier when it was quicker than usual. */
async function killed(deed: "open" | "close", part: number): Promise<string> {
  const path = newPath();
  const { errors, signal } = await startWriter(["partly", path, deed, String(part)]).ended;
  expect(errors).toBe("");
  return signal === "SIGKILL" ? path : killed(deed, part / 2);
}

async function stateOf(path: string): Promise<string> {
  if (!existsSync(path)) return "none";
  const client = connect(path);
  const { rows } = await client.execute("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table'");
  const [mark, version] = [
    await client.execute("PRAGMA application_id"),
    await client.execute("PRAGMA user_version"),
  ];
  client.close();
  return [rows[0]?.count, mark.rows[0]?.[0], version.rows[0]?.[0]].join(" ");
}

test("[K04] a process killed while it makes a new file leaves all of the tables or none, and the file can be used", async () => {
  const found: string[] = [];
  for (const part of parts) {
    const path = await killed("open", part);
    found.push(await stateOf(path));
    const store = sqliteStore(path);
    await store.append(await store.acquire("run_1", "host:1", NOW, 60_000), logOf("run_1", 9), 0);

    await expect(store.read("run_1")).resolves.toEqual(logOf("run_1", 9));
    await store.close();
  }

  const whole = `3 ${APPLICATION_ID} ${VERSION}`;
  expect(found.filter((state) => ![whole, "0 0 0", "none"].includes(state))).toEqual([]);
}, 120_000);

test("[K04] a process killed while everything is brought into the one file loses nothing", async () => {
  for (const part of parts) {
    const path = await killed("close", part);
    const store = sqliteStore(path);

    await expect(store.read("run_1")).resolves.toHaveLength(12);
    await store.close();
  }
}, 120_000);

test("[K03] [K12] a write that is torn at any byte is taken back whole, and so is nothing before it", async () => {
  const path = newPath();
  const store = sqliteStore(path);
  const lease = await store.acquire("run_1", "host:1", NOW, 60_000);
  const sizes = [1, 3, 2, 4];
  const ends = [0];
  for (const size of sizes) {
    const from = ends.at(-1) ?? 0;
    await store.append(lease, logOf("run_1", from + size).slice(from), from);
    ends.push(from + size);
  }
  const [whole, tail] = [newPath(), readFileSync(`${path}-wal`)];
  copyFileSync(path, whole);
  await store.close();
  const lengths: number[] = [];
  for (
    let bytes = 0;
    bytes <= tail.length;
    bytes += bytes === tail.length ? 1 : Math.min(211, tail.length - bytes)
  ) {
    const torn = newPath();
    copyFileSync(whole, torn);
    writeFileSync(`${torn}-wal`, tail.subarray(0, bytes));
    const reader = sqliteStore(torn);
    const log = await reader.read("run_1");
    lengths.push(log.length);

    expect(ends, `cut at byte ${bytes}`).toContain(log.length);
    expect(log).toEqual(logOf("run_1", log.length));
    await reader.close();
  }

  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  expect([...new Set(lengths)]).toEqual(ends);
}, 120_000);
