// A store of your own, here a file for each run with one event a line; leases stay in memory, for one process.
// Nothing happens before its event is kept; if `append` fails, the run stops, and nothing is lost but what was never done.
// The state of a run is the fold of its log, so what is read back is the run as it was.

import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { claudeAgents } from "@terrace/agents";
import {
  createOrchestrator,
  evolve,
  initialState,
  memoryStore,
  parseEvent,
  type RunStore,
} from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline } from "./offline.js";

function ndjsonStore(folder: string): RunStore {
  const inMemory = memoryStore();
  const fileOf = (runId: string): string => join(folder, `${runId}.ndjson`);
  return {
    ...inMemory,
    async append(lease, events, expectedSeq) {
      await inMemory.append(lease, events, expectedSeq); // refuses who does not hold the lease, and gaps
      await appendFile(fileOf(lease.runId), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    },
    async read(runId, fromSeq = 0) {
      if ((await inMemory.read(runId)).length === 0) return [];
      const lines = (await readFile(fileOf(runId), "utf8")).trimEnd().split("\n");
      return lines.slice(fromSeq).map((line) => parseEvent(JSON.parse(line)));
    },
  };
}

const { client, close } = await offline({
  plan: planOf({ riddle: {} }),
  execute: { riddle: { haiku: { output: "What has teeth and cannot bite? A comb." } } },
});

const folder = await mkdtemp(join(tmpdir(), "terrace-"));
const store = ndjsonStore(folder);
const run = createOrchestrator({ agents: claudeAgents({ client }), store }).submit("Tell me a riddle.");
await run.result();

const events = await store.read(run.id);
const state = events.reduce(evolve, initialState());

console.log(`${events[0]?.type} … ${events.at(-1)?.type}`);
console.log(`read back: ${state.status}, ${state.answer}`);
console.log(`the same state: ${isDeepStrictEqual(state, run.state)}`);

await rm(folder, { recursive: true });
await close();
