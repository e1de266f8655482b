import { appendUntilKilled, type KillMoment, runStoreContract, type Survivor } from "@terrace/core/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Break, lossyLine } from "./lossy-line.js";
import { damageEvent, type FaultyStore, faultyStore, newSchema, testUrl } from "./stores.js";

const schema = newSchema();
let isMade = false;

/** Makes room for the next case in the one schema: making tables takes longer than most cases. */
async function emptied(): Promise<string> {
  const deed = "DELETE FROM events; DELETE FROM runs; DELETE FROM blobs";
  if (isMade) await admin.query(`SET search_path TO ${schema}; ${deed}`);
  isMade = true;
  return schema;
}

/** To a server a process that is killed is a line that breaks. */
async function killedStore(nth: number, moment: KillMoment): Promise<Survivor<FaultyStore>> {
  const fates: Record<KillMoment, Break> = { before: "not", written: "asking", durable: "answering" };
  let [begun, commits, acknowledged] = [0, 0, 0];
  const store = faultyStore(schema);
  // The tables are there: the first commit is that of the lease.
  await store.list(1);
  const url = await lossyLine(() => {
    commits += 1;
    return commits === nth + 1 ? fates[moment] : "not";
  });
  const fault = (point: string) => {
    if (point !== "begin") return;
    begun += 1;
    if (begun === nth + 1 && moment === "before")
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
  };
  const dying = faultyStore(schema, { url, fault, patienceMs: 0 });
  const deed = appendUntilKilled(dying, (appends) => {
    acknowledged = appends;
  });
  await expect(deed).rejects.toMatchObject({ code: "STORE_FAILED" });
  await dying.close();
  return { store, acknowledged };
}

const admin = new Client({ connectionString: testUrl() });
beforeAll(() => admin.connect());
afterAll(() => admin.end());

const { cases, skipped } = runStoreContract(
  async (now) => faultyStore(await emptied(), { env: { now }, connections: 2 }),
  {
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
    kill: killedStore,
    older: { skipped: "This version is the first." },
  },
);

describe.each([...new Set(cases.map(({ group }) => group))])("a store in Postgres: %s", (group) => {
  const ofGroup = cases.filter((each) => each.group === group);
  test.each(ofGroup.map((each) => [each.name, each] as const))("%s", (_, each) => each.run());
});

test("a store in Postgres says what it leaves out, and the rest has at least 120 cases", () => {
  expect(skipped).toEqual([{ group: "upgrade", reason: "This version is the first." }]);
  expect(cases.length).toBeGreaterThanOrEqual(120);
});
