import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SqliteStore, sqliteStore } from "@terrace/store";
import { onTestFinished } from "vitest";

/** The present of the contract's cases. */
export const NOW = 1_800_000_000_000;

/** A path where nothing is yet, in a folder of its own that goes with the test. */
export function newPath(name = "terrace.db"): string {
  const folder = mkdtempSync(join(tmpdir(), "terrace-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** A store whose disk can be made full for one append. */
export interface FaultyStore extends SqliteStore {
  failAppend(nth: number): void;
}

/** What SQLite says when the disk is full. */
function diskFull(): Error {
  return Object.assign(new Error("SQLITE_FULL: database or disk is full"), { code: "SQLITE_FULL" });
}

export function faultyStore(path: string, now: () => number = () => NOW): FaultyStore {
  let countdown = 0;
  const fault = (point: string) => {
    if (point !== "commit" || countdown === 0) return;
    countdown -= 1;
    if (countdown === 0) throw diskFull();
  };
  const store = sqliteStore(path, { env: { now }, fault });
  const failAppend = (nth: number) => {
    countdown = nth;
  };
  return Object.assign(store, { failAppend });
}
