// One SQLite file: opened once and safely, one transaction at a time, waiting its turn among processes.

import { resolve } from "node:path";
import type { Client, InStatement, ResultSet, Transaction } from "@libsql/client";
import type { Environment } from "@terrace/core";
import type { FaultPoint } from "../fault-point.js";
import { closed, storeFailed } from "../store-errors.js";
import { describeFailure } from "./disk-errors.js";
import { type OpenOptions, openFile } from "./open-file.js";
import { inTurn } from "./turns.js";

/** What a database needs. */
export interface DatabaseOptions extends OpenOptions {
  readonly path: string;
  /** How long to wait for another process to finish writing, in milliseconds. */
  readonly busyTimeoutMs: number;
  readonly fault: (point: FaultPoint) => void;
  readonly env: Pick<Environment, "after" | "monotonic">;
}

/** What is done inside a transaction. */
type Work<T> = (tx: Transaction) => Promise<T>;

/**
 * A database of runs.
 *
 * Opened when it is first needed, so that what is wrong with the file rejects the operation that needs it; the
 * next operation tries again.
 */
export class Database {
  readonly #options: DatabaseOptions;
  #client: Client | undefined;
  readonly #file: string;
  #closed = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#file = resolve(options.path);
  }

  /** Does all of the work or nothing of it; when it resolves, the work is on the disk. */
  write<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(async (client) => {
      const tx = await client.transaction("write");
      try {
        this.#options.fault("begin");
        const result = await work(tx);
        this.#options.fault("commit");
        await tx.commit();
        this.#options.fault("committed");
        return result;
      } finally {
        tx.close();
      }
    });
  }

  /** The results of some queries, all as of the same moment. */
  read(queries: readonly InStatement[]): Promise<readonly ResultSet[]> {
    return this.#inTurn((client) => client.batch([...queries], "deferred"));
  }

  /** Ends what is under way, then lets go of the file. Nothing can be done afterwards. */
  close(): Promise<void> {
    this.#closed = true;
    return inTurn(this.#file, async () => {
      try {
        // Brings everything into the one file. A failure loses nothing: whoever opens the store next does it.
        await this.#client?.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {}
      this.#letGo();
    });
  }

  async #inTurn<T>(task: (client: Client) => Promise<T>): Promise<T> {
    const { path } = this.#options;
    if (this.#closed) throw closed(path);
    try {
      return await inTurn(this.#file, () => this.#patiently(task));
    } catch (error) {
      throw describeFailure(error, path);
    }
  }

  /**
   * Tries again while another process keeps the file, which SQLite says before anything was done.
   *
   * Sleeps in between, so that this process goes on working.
   */
  async #patiently<T>(task: (client: Client) => Promise<T>): Promise<T> {
    const { busyTimeoutMs, path, env } = this.#options;
    const deadline = env.monotonic() + busyTimeoutMs;
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
      try {
        this.#client ??= await openFile(path, this.#options);
        return await task(this.#client);
      } catch (error) {
        if (!isBusy(error)) throw error;
        // A statement that met a lock goes on holding an old view of the file, until it is collected: on this
        // connection the lock would never be seen to be gone.
        this.#letGo();
        if (env.monotonic() >= deadline) throw busy(path, busyTimeoutMs, error);
        await new Promise<void>((resolve) => void env.after(pauseMs, resolve));
      }
    }
  }

  #letGo(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "SQLITE_BUSY" || code === "SQLITE_LOCKED";
}

function busy(path: string, waitedMs: number, cause: unknown): Error {
  const message =
    `The store "${path}" is locked: another process kept it for ${waitedMs} ms, expected at most a few. ` +
    "Find out who holds the file (such as an open database tool), let it go, and try again.";
  return storeFailed(message, cause);
}
