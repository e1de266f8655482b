import {
  type Environment,
  type Lease,
  type RunEvent,
  type RunStore,
  type RunSummary,
  systemEnvironment,
} from "@terrace/core";
import { writeAppends } from "./append.js";
import { Database, type FaultPoint } from "./database.js";
import type { FileSystemOf } from "./file-system.js";
import { GroupCommit } from "./group-commit.js";
import { acquireLease, releaseLease, renewLease } from "./lease.js";
import { listRuns, readEvents } from "./read.js";

/** What can be set about a store. */
export interface SqliteStoreOptions {
  /**
   * How long to wait for another process that is writing, in milliseconds.
   *
   * @default 5000
   */
  readonly busyTimeoutMs?: number;
  /**
   * Whether the file may be on a network file system. Only if one machine alone uses it: SQLite's locks do not hold there.
   *
   * @default false
   */
  readonly allowNetworkFileSystem?: boolean;
  /** Time, by which `list` tells whether a lease has run out, as far as it is not to be the machine's. */
  readonly env?: Partial<Environment>;
  /** Called at each step of a write, for tests: what it throws fails the write, and it may kill the process. */
  readonly fault?: (point: FaultPoint) => void;
  /** Tells the type of the file system that a folder is on, for tests. */
  readonly fileSystemOf?: FileSystemOf;
}

/** A store that holds a file open. */
export interface SqliteStore extends RunStore {
  append(lease: Lease, events: readonly RunEvent[], expectedSeq: number): Promise<void>;
  acquire(runId: string, owner: string, now: number, ttlMs: number): Promise<Lease>;
  renew(lease: Lease, now: number, ttlMs: number): Promise<void>;
  release(lease: Lease): Promise<void>;
  /** Where it is. */
  readonly path: string;
  /** Ends what is under way and lets go of the file. */
  close(): Promise<void>;
}

/**
 * Runs in a SQLite file, which other processes may read and write at the same time.
 *
 * An append is on the disk when it resolves. The file and its folder are made when they are first needed, readable
 * by their owner alone. Keep it on a disk of this machine: network file systems break SQLite's locks, and are refused
 * where the system tells them.
 *
 * While a store is open, the newest appends are in a second file, `<path>-wal`. Copy both, or `close` the store first:
 * a copy of the first alone opens as it was some appends ago, whole and with nothing to tell it by. A run that is
 * resumed from such a copy pays again for what was asked since.
 */
export function sqliteStore(path = ".terrace/terrace.db", options: SqliteStoreOptions = {}): SqliteStore {
  const { busyTimeoutMs = 5_000, fault = () => {}, allowNetworkFileSystem = false, fileSystemOf } = options;
  const env = { ...systemEnvironment, ...options.env };
  const database = new Database({ path, busyTimeoutMs, fault, env, allowNetworkFileSystem, fileSystemOf });
  const commits = new GroupCommit((requests) => database.write((tx) => writeAppends(tx, path, requests)));
  const under = new Set<Promise<void>>();
  return {
    path,
    append(lease, events, expectedSeq) {
      const done = commits.append({ lease, events, expectedSeq });
      under.add(done);
      const forget = () => under.delete(done);
      done.then(forget, forget);
      return done;
    },
    read: (runId, fromSeq = 0) => readEvents(database, path, runId, fromSeq),
    list: (limit, after): Promise<readonly RunSummary[]> =>
      listRuns(database, path, { limit, after, now: env.now() }),
    acquire: (runId, owner, at, ttlMs) =>
      database.write((tx) => acquireLease(tx, path, { runId, owner, now: at, ttlMs })),
    renew: (lease, at, ttlMs) => database.write((tx) => renewLease(tx, path, lease, at + ttlMs)),
    release: (lease) => database.write((tx) => releaseLease(tx, path, lease)),
    async close() {
      await Promise.allSettled(under);
      await database.close();
    },
  };
}
