import { runStoreContract } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { corpus } from "../store/corpus.js";
import { damageEvent } from "../store/damage.js";
import { faultyStore, newPath } from "../store/files.js";
import { killedStore } from "../store/processes.js";

const { cases, skipped } = runStoreContract((now) => faultyStore(newPath(), now), {
  close: (store) => store.close(),
  reopen: async (store) => {
    await store.close();
    return faultyStore(store.path);
  },
  beside: async (store) => faultyStore(store.path),
  damage: async (store, damage) => {
    await store.close();
    await damageEvent(store.path, damage);
    return faultyStore(store.path);
  },
  failAppend: (store, nth) => store.failAppend(nth),
  kill: killedStore,
  older: corpus().map(({ version, restore }) => ({
    version,
    open: async () => faultyStore(await restore()),
    runs: { "run 1": 12, "run \u0000\ud800": 3 },
  })),
});

describe.each([...new Set(cases.map(({ group }) => group))])("a store in SQLite: %s", (group) => {
  const ofGroup = cases.filter((each) => each.group === group);
  test.each(ofGroup.map((each) => [each.name, each] as const))("%s", (_, each) => each.run());
});

test("a store in SQLite leaves nothing out, and the contract has at least 120 cases", () => {
  expect(skipped).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(120);
  expect(new Set(cases.map(({ group, name }) => `${group}: ${name}`)).size).toBe(cases.length);
});
