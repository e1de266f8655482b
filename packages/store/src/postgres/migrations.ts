// The tables, step by step. A step that was released is never edited: what changes is a step of its own.

import type { ClientBase } from "pg";
import { storeFailed } from "../store-errors.js";
import { ONE_RUN_EACH } from "./server-errors.js";

/**
 * What each version adds to the one before; the first makes version 1.
 *
 * Texts are compared byte by byte (`C`), so that no index depends on the language of the server. Events refer to
 * their run without a foreign key, which would be looked up for each of them: the chain tells what is missing.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE runs (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text COLLATE "C" NOT NULL CONSTRAINT ${ONE_RUN_EACH} UNIQUE,
    events integer NOT NULL,
    hash text NOT NULL,
    last_run_event text,
    started_at double precision,
    updated_at double precision,
    fence integer NOT NULL,
    owner text,
    owner_since double precision,
    expires_at double precision,
    seal text NOT NULL
  );
  CREATE INDEX runs_by_start ON runs (started_at, id);
  CREATE TABLE events (
    run integer NOT NULL,
    seq integer NOT NULL,
    body text NOT NULL,
    parts text,
    hash text NOT NULL,
    PRIMARY KEY (run, seq)
  );
  CREATE TABLE blobs (
    hash text COLLATE "C" PRIMARY KEY,
    body text NOT NULL
  );
  CREATE TABLE terrace_version (version integer NOT NULL);
  INSERT INTO terrace_version VALUES (0);
  `,
];

/** The version of the tables that this code reads and writes. */
export const VERSION: number = STEPS.length;

/** By which those that make or change tables wait for one another: "TERR" in ASCII. */
const LOCK = 0x54455252;

/**
 * Brings the tables of a schema to the newest version, making them where they are missing.
 *
 * When it throws, a transaction may be under way.
 *
 * @throws OrchestrationError `STORE_FAILED` when the schema is not one of Terrace, or is of a newer one.
 */
export async function prepare(client: ClientBase, schema: string, path: string): Promise<void> {
  if ((await versionOf(client, schema, path)) === VERSION) return;
  await client.query("BEGIN");
  // Given back at the end of the transaction, or with the connection.
  await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
  // Read again: another process may have done it meanwhile.
  const version = await versionOf(client, schema, path);
  if (version < VERSION) await migrate(client, schema, version);
  await client.query("COMMIT");
}

async function migrate(client: ClientBase, schema: string, from: number): Promise<void> {
  const { rows } = await client.query("SELECT to_regnamespace($1) IS NULL AS missing", [schema]);
  // `IF NOT EXISTS` asks for the right to create one, whether it exists or not.
  if (rows[0]?.missing === "t") await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(`SET LOCAL search_path TO ${schema}`);
  for (const step of STEPS.slice(from)) await client.query(step);
  await client.query("UPDATE terrace_version SET version = $1", [VERSION]);
}

/** Before anything is changed: the schema must be empty, or one of ours that this version understands. */
async function versionOf(client: ClientBase, schema: string, path: string): Promise<number> {
  const { rows } = await client.query(
    "SELECT current_setting('server_encoding') AS encoding, to_regclass($1) AS known, " +
      "(SELECT count(*)::int4 FROM pg_class WHERE relnamespace = to_regnamespace($2)) AS relations",
    [`${schema}.terrace_version`, schema],
  );
  const { encoding, known, relations } = rows[0] ?? {};
  if (encoding !== "UTF8") {
    throw storeFailed(
      `The store "${path}" cannot be used: the database keeps texts as ${encoding}, expected UTF8. Create one ` +
        "with `ENCODING 'UTF8' TEMPLATE template0`.",
    );
  }
  if (known === null && relations === 0) return 0;
  if (known === null) {
    throw storeFailed(
      `The schema "${schema}" of "${path}" has tables of another program, expected those of Terrace. It was left ` +
        "as it is: choose another `schema`.",
    );
  }
  const found = await client.query(`SELECT version FROM ${schema}.terrace_version`);
  const version = Number(found.rows[0]?.version);
  if (version <= VERSION) return version;
  throw storeFailed(
    `The store "${path}" was written by a newer Terrace: expected version ${VERSION} or older, got ${version}. ` +
      "Update @terrace/store.",
  );
}
