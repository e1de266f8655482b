/**
 * 10,000 tasks through a provider that fails 15 of 100 requests, and through one that refuses all of them for a while.
 *
 * `--mode faults` or `--mode storm` runs one of them; `--tasks`, `--concurrency`, `--storm-ms` and `--heap-mb` change
 * its size; `--store` keeps the run in a SQLite file; `--json` leaves the words out. The last line of each is JSON;
 * exits with 1 when a goal is missed.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { toCount } from "../arguments.js";
import { judge } from "./judge.js";
import { toMode } from "./messages.js";
import { weather } from "./weather.js";

const { values } = parseArgs({
  options: {
    mode: { type: "string" },
    tasks: { type: "string" },
    concurrency: { type: "string" },
    "storm-ms": { type: "string" },
    "heap-mb": { type: "string" },
    store: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const size = {
  tasks: toCount("tasks", values.tasks, 100_000, 10_000),
  concurrency: toCount("concurrency", values.concurrency, 1_000, 64),
  stormMs: toCount("storm-ms", values["storm-ms"], 600_000, 20_000),
  heapMb: toCount("heap-mb", values["heap-mb"], 65_536, 256),
};

const folder = mkdtempSync(join(tmpdir(), "terrace-storm-"));
try {
  for (const mode of toMode(values.mode)) {
    const storePath = values.store ? join(folder, `${mode}.db`) : null;
    const { line, missed } = judge({ ...size, mode }, await weather({ ...size, mode, storePath }));
    if (!values.json) console.log(missed.length === 0 ? `${mode}: every goal is met` : `${mode}:`);
    for (const goal of missed) console.error(`missed: ${goal}`);
    console.log(JSON.stringify(line));
    if (missed.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
