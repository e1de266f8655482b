import { runStoreContract } from "@terrace/core/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { damageEvent, faultyStore, newSchema, testUrl } from "./stores.js";

const first = { skipped: "This version is the first." };
const schema = newSchema();
let isMade = false;

/** Makes room for the next case in the one schema: making tables takes longer than most cases. */
async function emptied(): Promise<string> {
  const deed = "DELETE FROM events; DELETE FROM runs; DELETE FROM blobs";
  if (isMade) await admin.query(`SET search_path TO ${schema}; ${deed}`);
  isMade = true;
  return schema;
}

const admin = new Client({ connectionString: testUrl() });
beforeAll(() => admin.connect());
afterAll(() => admin.end());

const { cases, skipped } = runStoreContract(async (now) => faultyStore(await emptied(), { env: { now } }), {
  close: (store) => store.close(),
  reopen: async (store) => {
    await store.close();
    return faultyStore(store.schema);
  },
  beside: async (store) => faultyStore(store.schema),
  damage: async (store, damage) => {
    await store.close();
    await damageEvent(store.schema, damage);
    return faultyStore(store.schema);
  },
  failAppend: (store, nth) => store.failAppend(nth),
  kill: first,
  older: first,
});

describe.each([...new Set(cases.map(({ group }) => group))])("a store in Postgres: %s", (group) => {
  const ofGroup = cases.filter((each) => each.group === group);
  test.each(ofGroup.map((each) => [each.name, each] as const))("%s", (_, each) => each.run());
});

test("a store in Postgres says what it leaves out, and the rest has at least 120 cases", () => {
  expect(skipped).toEqual([
    { group: "kill", reason: first.skipped },
    { group: "upgrade", reason: first.skipped },
  ]);
  expect(cases.length).toBeGreaterThanOrEqual(120);
});
