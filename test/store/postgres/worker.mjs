// A process of its own that drives a run over a Postgres store, until somebody kills it. Each line is a request.
// Given the address of the database and how many tasks.

import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { createOrchestrator } from "@terrace/core";
import { ok, scriptedAgents, testTeam, wide } from "@terrace/core/testing";
import { postgresStore } from "@terrace/store/postgres";

const [url, tasks] = process.argv.slice(2);
const usage = { inputTokens: 1, costMicroUsd: 10, reservedMicroUsd: 100 };

const agents = scriptedAgents({
  usage,
  async execute({ task }) {
    writeSync(1, `execute ${task.id}\n`);
    await wait(20);
    return ok(`${task.id} is done`);
  },
  review({ task }) {
    writeSync(1, `review ${task.id}\n`);
    return { outcome: "ok", value: { criteria: [], problems: [], blame: null } };
  },
});
const env = { id: (kind) => (kind === "run" ? "run_1" : `${kind}_first_${counted()}`) };
let count = 0;
function counted() {
  count += 1;
  return count;
}

const store = postgresStore({ url });
await createOrchestrator({ agents, team: testTeam, store, env, concurrency: 4, owner: "first" })
  .submit(wide(Number(tasks)))
  .result();
await store.close();
