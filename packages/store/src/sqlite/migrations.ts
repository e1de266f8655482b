// The tables, step by step. A step that was released is never edited: what changes is a step of its own.

import type { Transaction } from "@libsql/client";

/** Marks a SQLite file as one of Terrace: "TERR" in ASCII. */
export const APPLICATION_ID = 0x54455252;

/** What each version adds to the one before; the first makes version 1. */
const STEPS: readonly string[] = [
  `
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    events INTEGER NOT NULL,
    hash TEXT NOT NULL,
    last_run_event TEXT,
    started_at REAL,
    updated_at REAL,
    fence INTEGER NOT NULL,
    owner TEXT,
    owner_since REAL,
    expires_at REAL,
    seal TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_start ON runs (started_at, id);
  CREATE TABLE events (
    run INTEGER NOT NULL REFERENCES runs (id),
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    parts TEXT,
    hash TEXT NOT NULL,
    UNIQUE (run, seq)
  ) STRICT;
  CREATE TABLE blobs (
    hash TEXT PRIMARY KEY,
    body TEXT NOT NULL
  ) STRICT;
  `,
];

/** The version of the tables that this code reads and writes. */
export const VERSION: number = STEPS.length;

/** Brings the tables from a version to the newest, inside a transaction. */
export async function migrate(tx: Transaction, from: number): Promise<void> {
  for (const step of STEPS.slice(from)) await tx.executeMultiple(step);
  // A pragma takes no parameters; both are numbers of ours.
  await tx.execute(`PRAGMA application_id = ${APPLICATION_ID}`);
  await tx.execute(`PRAGMA user_version = ${VERSION}`);
}
