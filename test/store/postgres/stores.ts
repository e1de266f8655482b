import type { Damage } from "@terrace/core/testing";
import { type PostgresStore, type PostgresStoreOptions, postgresStore } from "@terrace/store/postgres";
import { Client } from "pg";
import { inject } from "vitest";
import { writeTables } from "../../../packages/store/src/postgres/tables.js";
import { damageReached, type Reached } from "../damage.js";
import { NOW } from "../files.js";

let schemas = 0;

/** A schema that nothing is in yet. */
export function newSchema(): string {
  schemas += 1;
  return `${inject("postgres").prefix}${process.env.VITEST_POOL_ID ?? 0}_${schemas}`;
}

/** Where the tests' server is. */
export function testUrl(): string {
  return inject("postgres").url;
}

/** A connection that is no store's. */
export async function connected<T>(
  deed: (client: Client) => Promise<T>,
  url: string = testUrl(),
): Promise<T> {
  const client = new Client({ connectionString: url });
  // It may be ended by the server at any time.
  client.on("error", () => {});
  await client.connect();
  try {
    return await deed(client);
  } finally {
    await client.end();
  }
}

/** A store whose server can be made full for one append. */
export interface FaultyStore extends PostgresStore {
  readonly schema: string;
  failAppend(nth: number): void;
}

/** What a server says whose disk is full. */
function diskFull(): Error {
  return Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" });
}

export function faultyStore(schema: string, options: Partial<PostgresStoreOptions> = {}): FaultyStore {
  let countdown = 0;
  const fault = (point: string) => {
    if (point !== "commit" || countdown === 0) return;
    countdown -= 1;
    if (countdown === 0) throw diskFull();
  };
  const store = postgresStore({ url: testUrl(), schema, env: { now: () => NOW }, fault, ...options });
  const failAppend = (nth: number) => {
    countdown = nth;
  };
  return Object.assign(store, { schema, failAppend });
}

/** Does to one event of a schema what a contract asks for. */
export async function damageEvent(schema: string, damage: Damage): Promise<void> {
  await connected(async (client) => {
    await client.query(`SET search_path TO ${schema}`);
    const sql: Reached["sql"] = async (text, args = []) => {
      let place = 0;
      const numbered = text.replaceAll("?", () => {
        place += 1;
        return `$${place}`;
      });
      return (await client.query(numbered, [...args])).rows;
    };
    await damageReached({ sql, tables: writeTables(client, { path: "", schema }) }, damage);
  });
}
