import { join } from "node:path";
import { createOrchestrator, type RunEvent, type RunStore } from "@terrace/core";
import { fault, scriptedAgents, testTeam } from "@terrace/core/testing";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { runsCommand } from "../../packages/cli/src/commands/runs.js";
import { clockOf, folder, HAPPY, Screen, STORY, surroundings } from "./support.js";

const MINUTE = 60_000;

/** A store with a run of each kind; the first was started last. */
async function storeOfAll(): Promise<string> {
  const path = join(await folder(), "runs.db");
  const store = sqliteStore(path);
  let age = 60 * 24;
  const kinds = [
    ["done", HAPPY],
    ["asks", STORY],
    ["offline", { ...HAPPY, plan: fault("transport", { retryable: false, scope: "run", pause: "network" }) }],
  ] as const;
  for (const [id, script] of kinds) {
    await createOrchestrator({
      team: testTeam,
      agents: scriptedAgents(script),
      store,
      env: {
        ...clockOf(age * MINUTE),
        id: (kind) => (kind === "run" ? id : `${kind}_${Math.random()}`),
      },
    })
      .submit("Write about bees.\u001b[2J\nAnd about\u202e wasps.")
      .result()
      .catch(() => {});
    age /= 10;
  }
  const [submitted] = (await store.read("done")) as readonly [RunEvent];
  await leave(store, { ...submitted, runId: "left", at: Date.now() - 5 * MINUTE }, 1);
  await leave(store, { ...submitted, runId: "driven", at: Date.now() - 90_000 }, 10 * MINUTE);
  await store.close();
  return path;
}

/** A run of one event whose process holds it for so long. */
async function leave(store: RunStore, event: RunEvent, ttlMs: number): Promise<void> {
  const lease = await store.acquire(event.runId, "somewhere:1", Date.now() - 2, ttlMs);
  await store.append(lease, [event], 0);
}

test("runs are listed with how they stand, the newest first, in as many columns as there are", async () => {
  const path = await storeOfAll();
  const around = { ...surroundings({ NO_COLOR: "1" }), stdout: new Screen({ columns: 80, rows: 24 }) };
  expect(await runsCommand({ store: path }, around)).toBe(0);

  expect(around.stdout.lines).toEqual([
    "run      stands              events  age  goal",
    "driven   running                  1   1m  Write about bees. And about wasps.",
    "left     stopped                  1   5m  Write about bees. And about wasps.",
    "offline  paused (network)         6  14m  Write about bees. And about wasps.",
    expect.stringMatching(
      /^asks {5}waits for a person {2} +\d+ {3}2h {2}Write about bees\. And about wasps\.$/,
    ),
    expect.stringMatching(/^done {5}completed {11} +\d+ {3}1d {2}Write about bees\. And about wasps\.$/),
  ]);
  expect(Math.max(...around.stdout.lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("with --json each run is an object on a line of its own, and --limit bounds them", async () => {
  const path = await storeOfAll();
  const around = surroundings();
  await runsCommand({ store: path, json: true, limit: "4" }, around);
  const listed = around.stdout.lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  expect(listed.map(({ runId, status, reason }) => [runId, status, reason])).toEqual([
    ["driven", "running", null],
    ["left", "stopped", null],
    ["offline", "paused", "network"],
    ["asks", "paused", "person"],
  ]);
  expect(listed[0]).toMatchObject({ events: 1, owner: { name: "somewhere:1" } });
});

test("a limit that is none is a mistake", async () => {
  await expect(runsCommand({ limit: "all" }, surroundings())).rejects.toThrow(
    'Expected --limit to be a whole number from 1 to 10000, got "all".',
  );
});

test("a store without runs says so", async () => {
  const path = join(await folder(), "runs.db");
  const store = sqliteStore(path);
  await store.list(1);
  await store.close();
  const around = surroundings();
  expect(await runsCommand({ store: path }, around)).toBe(0);
  expect(around.stdout.text).toBe("The store holds no run.\n");
});
