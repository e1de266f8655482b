// Runs in a Postgres database, for several machines.

import { type Environment, systemEnvironment } from "@terrace/core";
import { shownAddress } from "../address.js";
import { type DurableStore, durableStore } from "../durable-store.js";
import type { FaultPoint } from "../fault-point.js";
import { checkedLimits, checkedSchema, checkedUrl } from "./checked-options.js";
import { Database } from "./database.js";
import { isOutOfReach } from "./server-errors.js";
import { readTables, writeTables } from "./tables.js";

/** What can be set about a store. */
export interface PostgresStoreOptions {
  /** Such as `postgres://user:password@host:5432/database`. The password is in no message. */
  readonly url: string;
  /**
   * The schema that the tables are in; made if it is missing. Small letters, digits and underscores.
   *
   * @default "terrace"
   */
  readonly schema?: string;
  /**
   * How many connections may be open at once. Appends share one.
   *
   * @default 4
   */
  readonly connections?: number;
  /**
   * How long to go on trying while the server cannot be reached, starts, or has no connection left, in milliseconds.
   *
   * @default 30000
   */
  readonly patienceMs?: number;
  /**
   * How long one statement may take, in milliseconds.
   *
   * @default 15000
   */
  readonly statementTimeoutMs?: number;
  /**
   * What the server lists the connections as.
   *
   * @default "terrace"
   */
  readonly applicationName?: string;
  /** Time, by which `list` tells whether a lease has run out, as far as it is not to be the machine's. */
  readonly env?: Partial<Environment>;
  /** Called at each step of a write, for tests: what it throws fails the write, and it may kill the process. */
  readonly fault?: (point: FaultPoint) => void;
}

/** A store that holds connections open: `path` is the database, as it may be shown. */
export type PostgresStore = DurableStore;

/**
 * Runs in a Postgres database, which processes on many machines may read and write at the same time.
 *
 * An append is durable when it resolves. A server that restarts or has no connection left is waited for; an append
 * whose end nobody heard of is looked for before it is written again. What is over after `patienceMs` fails, and the
 * run can be resumed.
 *
 * Schema and tables are made when they are first needed. Expects Postgres 13 or later, an encoding of UTF8, and a
 * server that keeps what it has committed (`fsync = on`).
 *
 * @throws OrchestrationError `STORE_FAILED` when an option is none: `url`, `schema` or a number.
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  const url = checkedUrl(options.url);
  const { connections = 4, patienceMs = 30_000, statementTimeoutMs = 15_000 } = options;
  const { applicationName = "terrace", fault = () => {} } = options;
  const schema = checkedSchema(options.schema ?? "terrace");
  const path = shownAddress(url);
  const env = { ...systemEnvironment, ...options.env };
  const limits = checkedLimits({
    connections: [connections, 1],
    patienceMs: [patienceMs, 0],
    statementTimeoutMs: [statementTimeoutMs, 1],
  });
  const database = new Database({ url, path, schema, applicationName, ...limits, fault, env });
  const at = { path, schema };
  return durableStore({
    path,
    env,
    tables: readTables(database, at),
    write: (work) => database.write((client, isInDoubt) => work(writeTables(client, at), isInDoubt)),
    isForAll: isOutOfReach,
    close: () => database.close(),
  });
}
