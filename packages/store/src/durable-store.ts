// A store of runs over any database that keeps its promises.

import type { Environment, Lease, RunEvent, RunStore, RunSummary } from "@terrace/core";
import { appending } from "./append.js";
import { GroupCommit } from "./group-commit.js";
import { acquiring, releaseLease, renewLease } from "./lease.js";
import { listRuns, readEvents } from "./read.js";
import type { ReadTables, Write } from "./tables.js";

/** A store that is open until it is closed. */
export interface DurableStore extends RunStore {
  append(lease: Lease, events: readonly RunEvent[], expectedSeq: number): Promise<void>;
  acquire(runId: string, owner: string, now: number, ttlMs: number): Promise<Lease>;
  renew(lease: Lease, now: number, ttlMs: number): Promise<void>;
  release(lease: Lease): Promise<void>;
  /** Where it is. */
  readonly path: string;
  /** Ends what is under way and lets go of the database. */
  close(): Promise<void>;
}

/** What a store is made of. */
export interface StoreParts {
  readonly path: string;
  readonly env: Pick<Environment, "now">;
  readonly tables: ReadTables;
  readonly write: Write;
  /** Tells of an error that each append alone would meet it too. */
  readonly isForAll?: (error: unknown) => boolean;
  readonly close: () => Promise<void>;
}

/** Makes a store of its parts. */
export function durableStore({ path, env, tables, write, isForAll, close }: StoreParts): DurableStore {
  const commits = new GroupCommit((requests) => write(appending(requests)), isForAll);
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
    read: (runId, fromSeq = 0) => readEvents(tables, path, runId, fromSeq),
    list: (limit, after): Promise<readonly RunSummary[]> =>
      listRuns(tables, path, { limit, after, now: env.now() }),
    acquire: (runId, owner, now, ttlMs) => write(acquiring({ runId, owner, now, ttlMs })),
    renew: (lease, at, ttlMs) => write((writing) => renewLease(writing, lease, at + ttlMs)),
    release: (lease) => write((writing) => releaseLease(writing, lease)),
    async close() {
      await Promise.allSettled(under);
      await close();
    },
  };
}
