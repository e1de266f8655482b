// From a path to a database of the newest version, readable by its owner alone. What is there is never replaced.

import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
// The part that opens files: the whole of the client brings those for servers, which take longer to load than we do.
import { type Client, createClient, type Transaction } from "@libsql/client/sqlite3";
import { storeFailed } from "../store-errors.js";
import { assertLocal, type FileSystemOf } from "./file-system.js";
import { APPLICATION_ID, migrate, VERSION } from "./migrations.js";

/** How long SQLite itself waits for a lock, in milliseconds. Short: it blocks the whole process meanwhile. */
const NATIVE_WAIT_MS = 50;

/** How a SQLite file begins, and its smallest size in bytes. @see https://www.sqlite.org/fileformat.html */
const MAGIC = "SQLite format 3\u0000";
const SMALLEST = 512;

/** What may be decided about opening a file. */
export interface OpenOptions {
  /** Whether it may be on a file system that other machines share. */
  readonly allowNetworkFileSystem: boolean;
  readonly fileSystemOf?: FileSystemOf | undefined;
}

/**
 * Opens a database, making folder, file and tables where they are missing.
 *
 * @throws An error of Node or SQLite; `STORE_FAILED` when the file is not one of Terrace, is of a newer one, or is on
 *   another machine.
 */
export async function openFile(path: string, options: OpenOptions): Promise<Client> {
  const file = resolve(path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!options.allowNetworkFileSystem) assertLocal(dirname(file), path, options.fileSystemOf);
  assertNoLink(file, path);
  // SQLite would make it readable for all; its other files take over the mode of this one.
  const descriptor = openSync(file, "a+", 0o600);
  try {
    assertOwn(fstatSync(descriptor).uid, path);
    assertDatabase(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
  const client = connect(file);
  try {
    await prepare(client, path);
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/** A link could lead to a file that is nobody's to write, and SQLite would put its other files beside the link. */
function assertNoLink(file: string, path: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw storeFailed(
    `The store "${path}" cannot be used: it is a link (ELOOP), expected a file. Name the file itself.`,
  );
}

/** Another user's file would get files beside it that this other user cannot write. */
function assertOwn(uid: number, path: string): void {
  const own = process.getuid?.();
  if (own === undefined || own === uid) return;
  throw storeFailed(
    `The store "${path}" cannot be used: it belongs to another user (EPERM: user ${uid}, and this is ${own}). ` +
      "Run as that user, or choose another path.",
  );
}

/** SQLite takes a file of a few bytes for an empty one, and would write over it. */
function assertDatabase(descriptor: number, path: string): void {
  const header = Buffer.alloc(SMALLEST);
  const length = readSync(descriptor, header, 0, SMALLEST, 0);
  if (length === 0 || (length === SMALLEST && header.toString("latin1", 0, MAGIC.length) === MAGIC)) return;
  throw storeFailed(
    `The store "${path}" cannot be used: the file is no database, expected one of Terrace. It was left as it ` +
      "is: move it away, or choose another path.",
  );
}

/** A connection to a file as it is. One: settings belong to a connection, and a second might come without them. */
export function connect(file: string): Client {
  return createClient({ url: pathToFileURL(file).href, concurrency: 1, timeout: NATIVE_WAIT_MS });
}

async function prepare(client: Client, path: string): Promise<void> {
  await assertOurs(client, path);
  const mode = await pragma(client, "journal_mode = WAL");
  if (mode !== "wal") {
    throw storeFailed(
      `The store "${path}" cannot be shared between processes: expected a write-ahead log, got the journal ` +
        `mode \`${mode}\`. Put it on a disk of this machine.`,
    );
  }
  await client.execute("PRAGMA synchronous = FULL");
  await client.execute("PRAGMA foreign_keys = ON");
  if ((await pragma(client, "user_version")) === VERSION) return;
  const tx = await client.transaction("write");
  try {
    // Read again: another process may have done it meanwhile.
    const version = Number(await pragma(tx, "user_version"));
    if (version < VERSION) await migrate(tx, version);
    await tx.commit();
  } finally {
    tx.close();
  }
}

/** Before anything is changed: the file must be empty, or one of ours that this version understands. */
async function assertOurs(client: Client, path: string): Promise<void> {
  const version = Number(await pragma(client, "user_version"));
  const mark = await pragma(client, "application_id");
  if (version > VERSION && mark === APPLICATION_ID) {
    throw storeFailed(
      `The store "${path}" was written by a newer Terrace: expected version ${VERSION} or older, got ` +
        `${version}. Update @terrace/store.`,
    );
  }
  const { rows } = await client.execute("SELECT count(*) AS tables FROM sqlite_schema");
  if (mark === APPLICATION_ID || (version === 0 && mark === 0 && rows[0]?.tables === 0)) return;
  throw storeFailed(
    `The file "${path}" is a database of another program, expected one of Terrace. It was left as it is: ` +
      "choose another path.",
  );
}

async function pragma(on: Client | Transaction, text: string): Promise<unknown> {
  const { rows } = await on.execute(`PRAGMA ${text}`);
  return rows[0]?.[0];
}
