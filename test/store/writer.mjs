// A process that writes runs, for tests that kill it or set it against another. Each line is an append that stands.

import { writeSync } from "node:fs";
import { appendUntilKilled } from "@terrace/core/testing";
import { sqliteStore } from "@terrace/store";
import { countdown } from "./killer.mjs";

const [task, path, ...args] = process.argv.slice(2);
const say = (line) => writeSync(1, `${line}\n`);
const reasonOf = (runId, seq) => ({
  type: "task.failed",
  taskId: "t",
  reason: `${seq}`.repeat(50),
  runId,
  seq,
  at: seq,
});

const tasks = {
  /** Appends until it kills itself at its nth append. */
  async killed(nth, moment) {
    const at = { before: "begin", written: "commit", durable: "committed" }[moment];
    // The first write takes the lease.
    let writes = -1;
    const fault = (point) => {
      if (point === "begin") writes += 1;
      if (point === at && writes === Number(nth)) process.kill(process.pid, "SIGKILL");
    };
    await appendUntilKilled(sqliteStore(path, { fault }), say);
  },

  /** Opens a new file, or closes one that was written, and is killed when a part of the usual time is over. */
  async partly(deed, part) {
    const prepare = {
      open: (file) => async () => void (await sqliteStore(file).list(1)),
      close: async (file) => {
        const store = sqliteStore(file);
        const lease = await store.acquire("run_1", "writer:1", Date.now(), 60_000);
        for (let seq = 0; seq < 12; seq += 1) await store.append(lease, [reasonOf("run_1", seq)], seq);
        return () => store.close();
      },
    }[deed];
    let usualMs = 0;
    // The first time includes what only the first time takes.
    for (const attempt of [1, 2]) {
      const act = await prepare(`${path}.${attempt}`);
      const from = performance.now();
      await act();
      usualMs = performance.now() - from;
    }
    const act = await prepare(path);
    const begin = await countdown(usualMs * Number(part));
    begin();
    await act();
    process.exit();
  },

  /** Appends batches of three until somebody else ends it, or the disk is full. */
  async endless(runId) {
    const store = sqliteStore(path);
    const lease = await store.acquire(runId, `writer:${process.pid}`, Date.now(), 60_000);
    try {
      for (let seq = 0; ; seq += 3) {
        await store.append(
          lease,
          [0, 1, 2].map((more) => reasonOf(runId, seq + more)),
          seq,
        );
        say(String(seq + 3));
      }
    } catch (error) {
      const { length } = await store.read(runId);
      say(JSON.stringify({ code: error.code, message: error.message, readable: length }));
    }
  },

  /** Tries to take a run and to write it with a lease that it was not given. */
  async rival(runId, fence) {
    const store = sqliteStore(path);
    const told = async (deed) => {
      const said = await deed().then(
        () => "done",
        (error) => error.code,
      );
      say(said);
    };
    const { length } = await store.read(runId);
    await told(() => store.acquire(runId, "rival:1", Date.now(), 60_000));
    await told(() => store.append({ runId, fence: Number(fence) - 1 }, [reasonOf(runId, length)], length));
    await store.close();
  },

  /** Takes as many of the runs as it can. */
  async taker(count) {
    const store = sqliteStore(path);
    say("ready");
    for (let index = 0; index < Number(count); index += 1) {
      const taken = await store
        .acquire(`run_${index}`, `taker:${process.pid}`, 1_000, 60_000)
        .catch((error) => error.code);
      if (taken !== "RUN_LOCKED") say(`run_${index}`);
    }
    await store.close();
  },
};

await tasks[task](...args);
