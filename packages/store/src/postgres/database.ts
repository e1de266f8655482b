// A database behind a few connections, which may break at any moment, be refused, or be too many.

import type { Environment } from "@terrace/core";
import { Pool, type PoolClient } from "pg";
import type { FaultPoint } from "../fault-point.js";
import { closed } from "../store-errors.js";
import { prepare } from "./migrations.js";
import { describeFailure, isPassing, outOfReach } from "./server-errors.js";

/** What a database needs. */
export interface DatabaseOptions {
  readonly url: string;
  /** How it is called in messages. */
  readonly path: string;
  readonly schema: string;
  readonly applicationName: string;
  readonly connections: number;
  readonly patienceMs: number;
  readonly statementTimeoutMs: number;
  readonly fault: (point: FaultPoint) => void;
  readonly env: Pick<Environment, "after" | "monotonic" | "random">;
}

/** The pauses between two tries, in milliseconds: each twice as long as the one before, and up to a half shorter by chance. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** How long to wait for one connection at least and at most, in milliseconds. */
const SHORTEST_CONNECT_MS = 1_000;
const LONGEST_CONNECT_MS = 10_000;

/** How much later than the server the driver gives a statement up, in milliseconds: then nobody is there any more. */
const GRACE_MS = 5_000;

/** The types that are handed out as numbers: int2, int4, float4, float8. All others are texts. */
const NUMBERS: ReadonlySet<number> = new Set([21, 23, 700, 701]);

/**
 * A database of runs.
 *
 * Connects when it is first needed, so that what is wrong with it rejects the operation that needs it; the next
 * operation tries again.
 */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #pool: Pool;
  #isReady = false;
  #isClosed = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#pool = new Pool({
      connectionString: options.url,
      application_name: options.applicationName,
      max: options.connections,
      connectionTimeoutMillis: Math.max(
        SHORTEST_CONNECT_MS,
        Math.min(options.patienceMs, LONGEST_CONNECT_MS),
      ),
      idleTimeoutMillis: 10_000,
      // Whoever is done may go, with a store that is still open.
      allowExitOnIdle: true,
      keepAlive: true,
      query_timeout: options.statementTimeoutMs + GRACE_MS,
      // What a program sets for all of its connections says nothing about these.
      types: { getTypeParser: (oid: number) => (NUMBERS.has(oid) ? Number : String) },
    });
    // A connection that breaks while nobody uses it is no error: whoever comes next gets another.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => void client.on("error", () => {}));
  }

  /**
   * Does all of the work or nothing of it; when it resolves, the work is durable.
   *
   * The work is done again when the connection fails: in doubt when that was while it was being committed.
   */
  write<T>(work: (client: PoolClient, isInDoubt: boolean) => Promise<T>): Promise<T> {
    const { fault } = this.#options;
    let isInDoubt = false;
    return this.#patiently(
      `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${this.#limits()}; ${DURABLE}`,
      async (client, commit) => {
        fault("begin");
        const result = await work(client, isInDoubt);
        fault("commit");
        isInDoubt = true;
        await commit();
        fault("committed");
        return result;
      },
    );
  }

  /** Asks, all as of the same moment. */
  read<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${this.#limits()}`;
    return this.#patiently(begin, async (client, commit) => {
      const result = await work(client);
      await commit();
      return result;
    });
  }

  /** Ends what is under way, then lets go of the connections. Nothing can be done afterwards. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#pool.end();
  }

  /** Set for each transaction and not for a connection, which another program may get next from a pooler. */
  #limits(): string {
    const { statementTimeoutMs } = this.#options;
    return (
      `SET LOCAL statement_timeout = ${statementTimeoutMs}; SET LOCAL lock_timeout = ${statementTimeoutMs}; ` +
      // A process that sleeps in the middle of a transaction keeps others from its runs.
      `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`
    );
  }

  /** Tries again while the fault is one that passes, for as long as there is patience. */
  async #patiently<T>(begin: string, task: Task<T>): Promise<T> {
    const { patienceMs, path, env } = this.#options;
    const deadline = env.monotonic() + patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (this.#isClosed) throw closed(path);
      try {
        return await this.#once(begin, task);
      } catch (error) {
        if (!isPassing(error)) throw describeFailure(error, path);
        if (env.monotonic() >= deadline) throw outOfReach(path, patienceMs, error);
      }
      const ms = pauseMs * (1 - env.random() / 2);
      await new Promise<void>((resolve) => void env.after(ms, resolve));
    }
  }

  async #once<T>(begin: string, task: Task<T>): Promise<T> {
    const { schema, path } = this.#options;
    const client = await this.#pool.connect();
    let isSound = true;
    try {
      if (!this.#isReady) await prepare(client, schema, path);
      this.#isReady = true;
      await client.query(begin);
      return await task(client, () => commit(client));
    } catch (error) {
      // What failed may be the connection, which then answers nothing any more.
      isSound = !isPassing(error) && (await rolledBack(client));
      throw error;
    } finally {
      client.release(!isSound);
    }
  }
}

/** What is done in a transaction that has begun; it ends by `commit`, or by throwing. */
type Task<T> = (client: PoolClient, commit: () => Promise<void>) => Promise<T>;

/** Some servers say that a transaction stands before it does: not for ours. */
const DURABLE =
  "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'";

async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query("COMMIT");
  // What a server says of a transaction in which a statement failed.
  if (command !== "COMMIT") throw new Error(`Expected the transaction to be committed, got ${command}`);
}

/** Whether a transaction could be taken back, or none was under way. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}
