import { shownAddress } from "@terrace/store";
import { postgresStore } from "@terrace/store/postgres";
import { describe, expect, test } from "vitest";
import { logOf, outputOf } from "../../../packages/core/src/testing/run-store-contract/samples.js";
import { VERSION } from "../../../packages/store/src/postgres/migrations.js";
import { NOW } from "../files.js";
import { connected, faultyStore, newSchema, testUrl } from "./stores.js";

const SECRET = "hunter2-%40secret";

/** Everything that an error could show somebody, its causes included. */
function shown(error: unknown): string {
  const seen: unknown[] = [];
  for (let each = error; each instanceof Error && !seen.includes(each); each = each.cause) seen.push(each);
  return seen.map((each) => JSON.stringify(each, Object.getOwnPropertyNames(each))).join("\n");
}

async function refusal(work: () => Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("Expected a rejection, got none.");
}

describe("the database", () => {
  test("many stores may make the tables of a new schema at once", async () => {
    const schema = newSchema();
    const stores = Array.from({ length: 6 }, () => faultyStore(schema, { connections: 1 }));
    const leases = await Promise.all(
      stores.map((store, index) => store.acquire(`run_${index}`, "host:1", NOW, 60_000)),
    );

    expect(leases.map(({ fence }) => fence)).toEqual(stores.map(() => 1));
    await Promise.all(stores.map((store) => store.close()));
  });

  test("connections carry the name of the program, and a store that is closed has none left", async () => {
    const applicationName = `terrace ${newSchema()}`;
    const store = faultyStore(newSchema(), { applicationName });
    await store.list(1);
    const open = () =>
      connected(async (client) => {
        const sql = "SELECT count(*)::int4 AS open FROM pg_stat_activity WHERE application_name = $1";
        return (await client.query(sql, [applicationName])).rows[0].open as number;
      });
    expect(await open()).toBe(1);
    await store.close();
    await store.close();
    while ((await open()) > 0);

    expect(await refusal(() => store.read("run_1"))).toMatchObject({
      code: "STORE_FAILED",
      message: `The store "${store.path}" is closed. Open it again.`,
    });
  });

  test("a large value is kept once, however many events have it", async () => {
    const schema = newSchema();
    const store = faultyStore(schema);
    const lease = await store.acquire("run_1", "host:1", NOW, 60_000);
    const large = "large ".repeat(10_000);
    const log = [...logOf("run_1", 1), ...[1, 2, 3].map((seq) => outputOf("run_1", seq, large))];
    await store.append(lease, log, 0);
    await store.close();

    const sql = `SELECT (SELECT count(*)::int4 FROM ${schema}.blobs) AS blobs, max(length(body)) < 17000 AS small FROM ${schema}.events`;
    expect(await connected(async (client) => (await client.query(sql)).rows)).toEqual([
      { blobs: 1, small: true },
    ]);
  });

  test("what a program sets for the types of all its connections changes nothing", async () => {
    const store = faultyStore(newSchema());
    const { types } = await import("pg");
    const before = types.getTypeParser(23);
    types.setTypeParser(23, (text) => `<${text}>`);
    try {
      await store.append(await store.acquire("run_1", "host:1", NOW, 60_000), logOf("run_1", 3), 0);
      expect(await store.read("run_1")).toEqual(logOf("run_1", 3));
    } finally {
      types.setTypeParser(23, before);
      await store.close();
    }
  });

  test("of runs listed in pages, each is listed once, and those of one moment the last added first", async () => {
    const store = faultyStore(newSchema());
    for (const runId of ["a", "b", "c", "d"]) {
      await store.append(await store.acquire(runId, "past", NOW, 1_000), logOf(runId, 1), 0);
    }
    const first = await store.list(3);
    const rest = await store.list(3, first.at(-1));

    expect([...first, ...rest].map(({ runId }) => runId)).toEqual(["d", "c", "b", "a"]);
    await store.close();
  });
});

describe("what cannot be a store is refused and left as it is", () => {
  test("a schema with tables of another program", async () => {
    const schema = newSchema();
    await connected((client) =>
      client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.songs (title text)`),
    );
    const store = faultyStore(schema);

    expect(await refusal(() => store.read("run_1"))).toMatchObject({
      code: "STORE_FAILED",
      message:
        `The schema "${schema}" of "${store.path}" has tables of another program, expected those of Terrace. It was ` +
        "left as it is: choose another `schema`.",
    });
    await store.close();
  });

  test("a store of a newer version", async () => {
    const schema = newSchema();
    await connected((client) =>
      client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.terrace_version AS SELECT 99 AS version`),
    );
    const store = faultyStore(schema);

    expect((await refusal(() => store.read("run_1"))).message).toBe(
      `The store "${store.path}" was written by a newer Terrace: expected version ${VERSION} or older, got 99. ` +
        "Update @terrace/store.",
    );
    await store.close();
  });

  test("a database that is not there, at once", async () => {
    const store = postgresStore({ url: testUrl().replace("/postgres?", "/nowhere?") });

    expect(await refusal(() => store.read("run_1"))).toMatchObject({
      code: "STORE_FAILED",
      message:
        `The store "${store.path}" cannot be used: there is no such database (3D000: database "nowhere" does not ` +
        "exist). Create it, or name another.",
    });
    await store.close();
  });

  test.each(["Terrace", "pg_terrace", "a b", "", "1st", 'x"; DROP SCHEMA public; --', "x".repeat(64)])(
    "a schema by the name %j",
    (schema) => {
      expect(() => postgresStore({ url: testUrl(), schema })).toThrow(
        "Expected `schema` to be a name of small letters, digits and underscores that begins with no digit and not " +
          `with "pg_", at most 63 characters, got ${JSON.stringify(schema)}.`,
      );
    },
  );
});

test.each([
  [{ connections: 0 }, "Expected `connections` to be a whole number from 1 up, got `0`."],
  [{ patienceMs: Number.NaN }, "Expected `patienceMs` to be a whole number from 0 up, got `NaN`."],
  [{ statementTimeoutMs: 0.5 }, "Expected `statementTimeoutMs` to be a whole number from 1 up, got `0.5`."],
])("of numbers that cannot be, the first is named: %j", (options, message) => {
  expect(() => postgresStore({ url: testUrl(), ...options })).toThrow(message);
});

describe("a password is shown nowhere", () => {
  test.each([
    ["postgres://me:hunter2@host/db", "postgres://me@host/db"],
    ["postgresql://me:hunter2@host:6432/db?sslmode=require", "postgresql://me@host:6432/db?sslmode=require"],
    ["postgres://me:hunter2@/db?host=/run", "postgres://me@localhost/db?host=%2Frun"],
    ["postgres://host/db?user=me&password=hunter2", "postgres://host/db?user=me"],
    ["postgres://me:hunter2@host:port/db", "postgres://…"],
  ])("in %s, which is shown as %s", (url, shownAs) => {
    expect(shownAddress(url)).toBe(shownAs);
  });

  test.each([
    ["with a character that a URL keeps for itself", `postgres://me:${SECRET}/x#@host:5432/db`],
    ["with no port that could be one", `postgres://me:${SECRET}@host:port/db`],
    ["of another protocol", `mysql://me:${SECRET}@host/db`],
  ])("when the URL is none: %s", async (_, url) => {
    const error = await refusal(async () => postgresStore({ url }));

    expect(error).toMatchObject({
      code: "STORE_FAILED",
      message:
        "The address of the store is no URL of a Postgres database, expected `postgres://user@host:5432/database`. " +
        "Write characters of a password that a URL keeps for itself as %2F, %40 and so on.",
    });
    expect(shown(error)).not.toContain("hunter2");
  });

  test("when nobody answers there", async () => {
    const url = `postgres://me:${SECRET}@127.0.0.1:1/db?application_name=x&password=${SECRET}`;
    const store = postgresStore({ url, patienceMs: 30 });
    const error = await refusal(() => store.read("run_1"));

    expect(error).toMatchObject({
      code: "STORE_FAILED",
      message:
        'The store "postgres://me@127.0.0.1:1/db?application_name=x" was out of reach for 30 ms (connect ECONNREFUSED 127.0.0.1:1). ' +
        "See that the server runs and has connections left, then resume the run.",
    });
    expect(shown(error)).not.toContain("hunter2");
    await store.close();
  });
});
