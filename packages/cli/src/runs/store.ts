// Where the command keeps its runs: one SQLite file or a Postgres database, which later commands find again.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lease, RunStore } from "@terrace/core";
import { isPostgresUrl, shownAddress, sqliteStore } from "@terrace/store";
import type { Settings } from "../config/settings.js";
import { UsageError } from "../surroundings.js";
import { type ServerOptions, serverStore } from "./server-store.js";

/** The option that names the store. */
export interface StoreOptions {
  /** The file of the store, or the URL of a Postgres database. @default .terrace/terrace.db */
  readonly store?: string;
}

/** A store that is open for a command. */
export interface KeptStore {
  readonly runs: RunStore;
  /** Where it is, as it was given, and without a password. */
  readonly path: string;
  /** Where it is, wherever this is read. */
  readonly place: string;
  /** Whether it is a file: known to be there, or made by the first run. */
  readonly isFile: boolean;
  /** The options, as words, with which another command finds it, and reads the same settings; without a password. */
  readonly options: readonly string[];
  /** Gives back what this process holds, so that the runs can be resumed at once. Says whether it could, in time. */
  giveBack(): Promise<boolean>;
  /** Ends what is under way and lets go of the file. */
  close(): Promise<void>;
}

/** A process that is to end at once waits no longer than this for its leases, in milliseconds. */
const GIVE_BACK_MS = 1_000;

/** Where the runs are kept when nobody says. */
export type Configured = Pick<Settings, "config" | "repeated">;

/** Opens a store, which is made when it is first written. */
export function openStore(
  { store: named }: StoreOptions,
  { config, repeated }: Configured,
  ofServer: ServerOptions = {},
): KeptStore {
  const given = named ?? config.store;
  const isFile = given === undefined || !isPostgresUrl(given);
  const store = isFile ? sqliteStore(given) : serverStore(given, ofServer);
  const leases = new Map<string, Lease>();
  const runs: RunStore = {
    ...store,
    async acquire(runId, ...asked) {
      const lease = await store.acquire(runId, ...asked);
      leases.set(runId, lease);
      return lease;
    },
  };
  const giveBack = async (): Promise<boolean> => {
    const given = Promise.all([...leases.values()].map((lease) => store.release(lease)));
    const isGiven = given.then(
      () => true,
      () => false,
    );
    return await Promise.race([isGiven, sleep(GIVE_BACK_MS, false)]);
  };
  const { path } = store;
  return {
    runs,
    path,
    place: isFile ? resolve(path) : path,
    isFile,
    options: [...(named === undefined ? [] : ["--store", isFile ? named : shownAddress(named)]), ...repeated],
    giveBack,
    close: () => store.close(),
  };
}

/**
 * Opens a store that must be there already. Of one in a server that is found out when it is asked.
 *
 * @throws UsageError when it is not
 */
export function findStore(options: StoreOptions, settings: Configured): KeptStore {
  const store = openStore(options, settings);
  if (isThere(store)) return store;
  throw new UsageError(`There is no store at ${JSON.stringify(store.place)}. ${ANOTHER_STORE}`);
}

/**
 * Opens a store if it is there; `null` when it is not and nobody named it.
 *
 * @throws UsageError when the one that was named is not there
 */
export function lookForStore(options: StoreOptions, settings: Configured): KeptStore | null {
  if (options.store !== undefined) return findStore(options, settings);
  const store = openStore(options, settings);
  return isThere(store) ? store : null;
}

function isThere({ isFile, path }: KeptStore): boolean {
  return !isFile || existsSync(path);
}

/** What to do when a run is not where it was looked for. */
export const ANOTHER_STORE =
  "Run the command in the folder in which the run was started, or name the store with --store.";
