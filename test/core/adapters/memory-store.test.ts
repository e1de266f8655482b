import { createOrchestrator, memoryStore } from "@terrace/core";
import { planOf, scriptedAgents, testTeam } from "@terrace/core/testing";
import { expect, test } from "vitest";

test("a store in memory forgets the oldest runs that have ended, and none that has not", async () => {
  const store = memoryStore({ keep: 3 });
  const orchestrator = createOrchestrator({ agents: scriptedAgents(), team: testTeam, store });
  const waiting = createOrchestrator({
    agents: scriptedAgents({ execute: () => new Promise(() => {}) }),
    team: testTeam,
    store,
  }).submit(planOf({ a: {} }));
  const ended: string[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const run = orchestrator.submit(planOf({ a: {} }));
    await run.result();
    ended.push(run.id);
  }
  const kept = (await store.list(100)).map(({ runId }) => runId);

  expect(kept).toHaveLength(3);
  expect(kept).toContain(waiting.id);
  expect(kept).toContain(ended.at(-1));
  expect(kept).not.toContain(ended[0]);
});
