// SQLite's locks are not to be trusted on a file system that other machines share.

import { statfsSync } from "node:fs";
import { storeFailed } from "../store-errors.js";

/** Tells the type of the file system that a folder is on. */
export type FileSystemOf = (folder: string) => { readonly type: number };

/**
 * The types of file systems that lie on another machine, as Linux numbers them.
 *
 * Not those that are as often local: 9p and FUSE are what sandboxes and virtual machines keep their own disk on.
 *
 * @see https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const NETWORK: { readonly [type: number]: string } = {
  26985: "NFS",
  20859: "SMB",
  4283649346: "CIFS",
  4266872130: "SMB2",
  1397113167: "AFS",
  1799439955: "AFS",
  1937076805: "Coda",
  22092: "NCP",
};

/**
 * Makes sure that a folder is on a disk of this machine, as far as the system tells: Linux does, others do not.
 *
 * @throws OrchestrationError `STORE_FAILED` when it is not.
 */
export function assertLocal(folder: string, path: string, fileSystemOf: FileSystemOf = statfsSync): void {
  const name = NETWORK[typeOf(folder, fileSystemOf)];
  if (name === undefined) return;
  throw storeFailed(
    `The store "${path}" is on a network file system (${name}), expected a disk of this machine: SQLite's locks do ` +
      "not hold there, and two processes could write one run. Choose a path on a local disk; or, if never more than " +
      "one machine uses the file, pass `allowNetworkFileSystem: true`.",
  );
}

/** What cannot be told is taken for local: not every system has an answer. */
function typeOf(folder: string, fileSystemOf: FileSystemOf): number {
  try {
    // 32-bit systems report the larger numbers as negative.
    return fileSystemOf(folder).type >>> 0;
  } catch {
    return 0;
  }
}
