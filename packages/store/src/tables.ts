// What a store asks of its database, which each database answers in its own SQL.

import type { RunCursor } from "@terrace/core";
import type { Blob } from "./blobs.js";
import type { RunRow } from "./run-row.js";

/** An event as it goes into its row: its text, the hashes of what is kept apart, and its own hash. */
export type EventColumns = readonly [body: string, parts: string | null, hash: string];

/** What can be done inside a transaction that writes. */
export interface WriteTables {
  /** The given runs, by id. Nobody else can write them until the transaction has ended. */
  findRuns(runIds: readonly string[]): Promise<ReadonlyMap<string, RunRow>>;
  /** Adds a run, or writes what changed of it since `before`. */
  saveRun(row: RunRow, before?: RunRow): Promise<void>;
  /** Puts events at the end of a run, which is as it was before them. */
  insertEvents(run: RunRow, rows: readonly EventColumns[]): Promise<void>;
  /** What is there already is kept: it has the same name, so it is the same. */
  insertBlobs(blobs: readonly Blob[]): Promise<void>;
  /** The hash of one event; `undefined` when there is none. */
  hashOf(run: RunRow, seq: number): Promise<string | undefined>;
}

/** What can be asked. Rows of events and values come as the database returned them, not yet judged. */
export interface ReadTables {
  /** A run, and its rows from `fromSeq` on, in order, both as of the same moment. */
  log(runId: string, fromSeq: number): Promise<{ readonly run: RunRow | undefined; readonly rows: Rows }>;
  /** Whether the run is there, looked for without an index. */
  isHidden(runId: string): Promise<boolean>;
  /** The values of these hashes. */
  values(hashes: readonly string[]): Promise<Rows>;
  /** The runs that have begun, newest first. */
  newest(limit: number, after: RunCursor | undefined): Promise<readonly RunRow[]>;
  /** The first event of each of these runs, with the number of its run. */
  firsts(runs: readonly RunRow[]): Promise<Rows>;
}

/** What a driver returns. */
type Rows = readonly unknown[];

/**
 * What is done in a transaction that writes.
 *
 * It may be done again. `isInDoubt` when nobody heard how an earlier one ended, so that what it wrote may stand.
 */
export type WriteWork<T> = (tables: WriteTables, isInDoubt: boolean) => Promise<T>;

/** Does all of the work or nothing of it; when it resolves, the work is durable. */
export type Write = <T>(work: WriteWork<T>) => Promise<T>;
