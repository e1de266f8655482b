import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { logOf } from "../../packages/core/src/testing/run-store-contract/samples.js";
import { newPath } from "./files.js";
import { startWriter } from "./processes.js";

test("a second process can neither take a run that is held nor write it with an old lease", async () => {
  const store = sqliteStore(newPath());
  const before = await store.acquire("run_1", "gone:1", Date.now(), 0);
  const lease = await store.acquire("run_1", "host:1", Date.now(), 60_000);
  await store.append(lease, logOf("run_1", 4), 0);
  const { lines, errors } = await startWriter(["rival", store.path, "run_1", String(lease.fence)]).ended;

  expect(before.fence).toBeLessThan(lease.fence);
  expect({ lines, errors }).toEqual({ lines: ["RUN_LOCKED", "LEASE_LOST"], errors: "" });
  await expect(store.read("run_1")).resolves.toEqual(logOf("run_1", 4));
  await store.close();
});

test("a run is read and listed while another process writes it, and another run is written", async () => {
  const path = newPath();
  const writer = startWriter(["endless", path, "run_1"]);
  await writer.ready;
  const store = sqliteStore(path);
  const lease = await store.acquire("run_2", "host:1", Date.now(), 60_000);
  const log = logOf("run_2", 40);
  let seen = 0;
  for (const [seq, event] of log.entries()) {
    await store.append(lease, [event], seq);
    const { length } = await store.read("run_1", seen);

    expect(length % 3).toBe(0);
    seen += length;
  }
  const owners = (await store.list(10)).map(({ owner }) => owner?.name);
  const writing = `writer:${writer.process.pid}`;
  writer.process.kill("SIGKILL");
  const { lines, signal } = await writer.ended;

  expect(owners).toContain(writing);
  expect(signal).toBe("SIGKILL");
  expect(seen).toBeGreaterThan(0);
  expect((await store.read("run_1")).length).toBeGreaterThanOrEqual(Number(lines.at(-1)));
  await expect(store.read("run_2")).resolves.toEqual(log);
  await store.close();
});

test("a process killed at any time loses nothing that it was told had been written", async () => {
  for (let round = 0; round < 6; round += 1) {
    const path = newPath();
    const writer = startWriter(["endless", path, "run_1"]);
    await writer.ready;
    await new Promise((resolve) => setTimeout(resolve, round * 17));
    writer.process.kill("SIGKILL");
    const { lines } = await writer.ended;
    const store = sqliteStore(path);
    const { length } = await store.read("run_1");
    // A line that was cut by the end of the process is no acknowledgement that anybody heard.
    const acknowledged = Math.max(...lines.map(Number));

    expect(length).toBeGreaterThanOrEqual(acknowledged);
    expect(length - acknowledged).toBeLessThanOrEqual(3);
    expect(length % 3).toBe(0);
    await store.close();
  }
}, 60_000);

test("two processes that want the same runs share them out", async () => {
  const path = newPath();
  const writers = [1, 2].map(() => startWriter(["taker", path, "60"]));
  const ended = await Promise.all(writers.map((writer) => writer.ended));
  const taken = ended.flatMap(({ lines }) => lines.filter((line) => line !== "ready"));

  expect(ended.map(({ errors }) => errors)).toEqual(["", ""]);
  expect(taken.sort()).toEqual(Array.from({ length: 60 }, (_, index) => `run_${index}`).sort());
}, 60_000);

test("a disk that fills up stops the writer cleanly, and keeps what was acknowledged", async () => {
  const path = newPath();
  // The largest file that the process may write, in blocks of 1,024 bytes.
  const { lines, errors, code } = await startWriter(["endless", path, "run_1"], "ulimit -f 300").ended;
  const said = JSON.parse(lines.at(-1) ?? "{}") as { code: string; message: string; readable: number };
  const acknowledged = Number(lines.at(-2));

  expect({ errors, code }).toEqual({ errors: "", code: 0 });
  expect(said.code).toBe("STORE_FAILED");
  expect(said.message).toContain(`The store "${path}" cannot be used: the disk `);
  expect(said.readable).toBe(acknowledged);
  const store = sqliteStore(path);
  await expect(store.read("run_1")).resolves.toHaveLength(acknowledged);
  await store.close();
}, 60_000);
