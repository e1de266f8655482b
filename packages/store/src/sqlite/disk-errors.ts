// What the disk and SQLite say, in words that a person can act upon.

import { OrchestrationError } from "@terrace/core";
import { storeFailed } from "../store-errors.js";

/** Codes of SQLite and of Node, each with what happened and what to do. */
const WORDS: { readonly [code: string]: readonly [what: string, advice: string] } = {
  ENOSPC: ["the disk is full", "Free some space, then resume the run"],
  EDQUOT: ["the disk quota is used up", "Free some space, then resume the run"],
  SQLITE_FULL: ["the disk is full", "Free some space, then resume the run"],
  EACCES: ["this user may not write there", "Give it the right, or choose another path"],
  EPERM: ["this user may not write there", "Give it the right, or choose another path"],
  SQLITE_PERM: ["this user may not write there", "Give it the right, or choose another path"],
  EROFS: ["it is on a read-only file system", "Choose another path"],
  SQLITE_READONLY: ["it may only be read", "Give this user the right to write, or choose another path"],
  ENOTDIR: ["a part of the path is a file and no folder", "Choose another path"],
  EEXIST: ["a part of the path is a file and no folder", "Choose another path"],
  ENOENT: ["the path cannot be made", "Choose another path"],
  EISDIR: ["a folder is there, expected a file", "Name a file inside it"],
  EMFILE: ["this process has too many files open", "Raise the limit of open files"],
  ENFILE: ["this machine has too many files open", "Raise the limit of open files"],
  ENAMETOOLONG: ["the path is too long", "Choose another path"],
  SQLITE_CANTOPEN: ["the file cannot be opened", "See that the path is a file that this user may write"],
  SQLITE_IOERR: ["the disk failed to read or write", "Check the disk, then resume the run"],
  EIO: ["the disk failed to read or write", "Check the disk, then resume the run"],
  SQLITE_NOTADB: [
    "the file is no database, expected one of Terrace",
    "It was left as it is: move it away, or choose another path",
  ],
  SQLITE_CORRUPT: [
    "the database is damaged",
    "It was left as it is: restore it from a copy, or save what can be read with `sqlite3 … .recover`",
  ],
  SQLITE_TOOBIG: ["a value is larger than SQLite can keep (1 GB)", "Keep it outside of the run"],
  SQLITE_NOMEM: ["there is not enough memory", "Free some memory, then resume the run"],
};

/** An error as one of Terrace's; its own are left as they are. */
export function describeFailure(error: unknown, path: string): Error {
  if (OrchestrationError.is(error)) return error as OrchestrationError;
  const code = codeOf(error);
  const [what, advice] = WORDS[code] ?? ["it failed in an unexpected way", "Resume the run to try again"];
  const said = error instanceof Error ? error.message : String(error);
  return storeFailed(`The store "${path}" cannot be used: ${what} (${said}). ${advice}.`, error);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && Object.hasOwn(WORDS, code) ? code : "";
}
