/** The base of the durable figure: the rows of a run, made beforehand, put into a table in batches and nothing more. */

import type { Client, InStatement, InValue } from "@libsql/client";

/** Everything a run has put into its file. */
export interface Rows {
  /** Each with the run's number, its place, its text, its parts and its hash. */
  readonly events: readonly (readonly InValue[])[];
  /** Each with its hash and its text. */
  readonly blobs: readonly (readonly InValue[])[];
  /** Of both, in UTF-8. */
  readonly bytes: number;
}

/** What SQLite takes in one statement at most, in values. */
const MOST_VALUES = 32_766;

// The store's own tables without the reference from one to the other, which nothing here could break.
const TABLES = `
  CREATE TABLE bare_events (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    parts TEXT,
    hash TEXT NOT NULL,
    UNIQUE (run, seq)
  ) STRICT;
  CREATE TABLE bare_blobs (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
`;

/** What a run that is over has left in its file. */
export async function readRows(client: Client): Promise<Rows> {
  const events = await client.execute("SELECT run, seq, body, parts, hash FROM events ORDER BY run, seq");
  const blobs = await client.execute("SELECT hash, body FROM blobs");
  const rows = {
    events: events.rows.map((row) => Array.from(row as ArrayLike<InValue>)),
    blobs: blobs.rows.map((row) => Array.from(row as ArrayLike<InValue>)),
  };
  return { ...rows, bytes: [...rows.events, ...rows.blobs].reduce((sum, row) => sum + bytesOf(row), 0) };
}

/** Makes the tables that bare appends go to, empty. */
export async function prepareTables(client: Client): Promise<void> {
  await client.executeMultiple(TABLES);
}

/**
 * Puts the rows into the file: one transaction a batch, one statement a transaction; large values come with the first.
 *
 * @param batch Events in a transaction.
 * @returns How many transactions it took.
 */
export async function appendBare(client: Client, { events, blobs }: Rows, batch: number): Promise<number> {
  let transactions = 0;
  for (let from = 0; from < events.length; from += batch) {
    const tx = await client.transaction("write");
    try {
      if (from === 0) for (const statement of inserts("bare_blobs", blobs)) await tx.execute(statement);
      for (const statement of inserts("bare_events", events.slice(from, from + batch)))
        await tx.execute(statement);
      await tx.commit();
      transactions += 1;
    } finally {
      tx.close();
    }
  }
  return transactions;
}

function inserts(table: string, rows: readonly (readonly InValue[])[]): InStatement[] {
  const columns = rows[0]?.length ?? 1;
  const most = Math.floor(MOST_VALUES / columns);
  const marks = `(${Array(columns).fill("?").join(", ")})`;
  const statements: InStatement[] = [];
  for (let from = 0; from < rows.length; from += most) {
    const some = rows.slice(from, from + most);
    const sql = `INSERT INTO ${table} VALUES ${Array(some.length).fill(marks).join(", ")}`;
    statements.push({ sql, args: some.flat() });
  }
  return statements;
}

function bytesOf(row: readonly InValue[]): number {
  return row.reduce<number>(
    (sum, value) => sum + (typeof value === "string" ? Buffer.byteLength(value) : 0),
    0,
  );
}
