import { type Environment, systemEnvironment } from "@terrace/core";
import { type DurableStore, durableStore } from "../durable-store.js";
import type { FaultPoint } from "../fault-point.js";
import { Database } from "./database.js";
import type { FileSystemOf } from "./file-system.js";
import { readTables, writeTables } from "./tables.js";

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

/** A store that holds a file open: `path` is where that is. */
export type SqliteStore = DurableStore;

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
  return durableStore({
    path,
    env,
    tables: readTables(database, path),
    // The file is in this process's hands: it always hears how a transaction ended.
    write: (work) => database.write((tx) => work(writeTables(tx, path), false)),
    close: () => database.close(),
  });
}
