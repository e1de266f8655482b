// A store that hits its process at one exact place of a run.

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunEvent } from "@terrace/core";
import { type SqliteStore, sqliteStore } from "@terrace/store";
import { strike } from "./halt.js";
import { eventNamer } from "./name-events.js";
import type { Halt } from "./orders.js";
import { BUILT } from "./reference-plan.js";

/** Something that an event licenses, at the moment it begins. */
type Effect =
  | { readonly kind: "request"; readonly key: string; readonly answered: Promise<unknown> }
  | { readonly kind: "check"; readonly taskId: string }
  | { readonly kind: "append" };

/** Which of them is waited for. */
type Awaited =
  | { readonly kind: "request"; readonly key: string }
  | { readonly kind: "check"; readonly taskId: string }
  | { readonly kind: "append" };

/** A store, and whom to tell of what begins. */
export interface HaltingStore {
  readonly store: SqliteStore;
  readonly begins: (effect: Effect) => void;
  /** How many events were recorded through it. */
  readonly recorded: () => number;
}

/** The file, beside the store, that tells which events were in the write at which the process is hit. */
export const WRITE_FILE = "write.json";

/** How long something that was licensed is awaited, in milliseconds; then the process is hit all the same. */
const AWAITED_MS = { request: 250, check: 250, append: 15 };

/** Until a program runs. */
const UNDER_WAY_MS = 3;

/** The store in a file; with a halt, the process is hit where it says. */
export function haltingStore(path: string, halt: Halt | undefined): HaltingStore {
  let armed: "commit" | "committed" | undefined;
  let awaited: Awaited | undefined;
  let recorded = 0;
  const hit = (): void => {
    armed = undefined;
    awaited = undefined;
    if (halt !== undefined) strike(halt);
  };
  const fault = (point: string): void => {
    if (point === armed) hit();
  };
  const inner = sqliteStore(path, { fault });
  const begins = (effect: Effect): void => {
    if (awaited === undefined || !isSame(effect, awaited)) return;
    awaited = undefined;
    if (effect.kind === "append") hit();
    else if (effect.kind === "check") setTimeout(hit, UNDER_WAY_MS);
    // With the first of its answer the request has surely reached the server, and nothing of it is recorded yet.
    else void effect.answered.then(hit, hit);
  };
  const nameOf = eventNamer();
  const placeIn = (events: readonly RunEvent[]): RunEvent | undefined => {
    const names = events.map(nameOf);
    const isPlace = (_: RunEvent, index: number) =>
      halt?.event === names[index] || halt?.event === recorded + index + 1;
    const place = events.find(isPlace);
    if (place !== undefined) writeFileSync(join(dirname(path), WRITE_FILE), JSON.stringify(names));
    return place;
  };
  const renewing = new Set<Promise<void>>();
  const store: SqliteStore = {
    ...inner,
    async append(lease, events, expectedSeq) {
      begins({ kind: "append" });
      const place = placeIn(events);
      if (place !== undefined && halt?.position !== "begun") {
        // The next write is to be this one, and no sign of life.
        await Promise.allSettled(renewing);
        armed = halt?.position === "before" ? "commit" : "committed";
      }
      await inner.append(lease, events, expectedSeq);
      recorded += events.length;
      if (place === undefined || halt?.position !== "begun") return;
      awaited = licensedBy(place);
      setTimeout(() => awaited && hit(), AWAITED_MS[awaited.kind]);
    },
    renew(lease, now, ttlMs) {
      if (armed !== undefined) return new Promise(() => {});
      const renewed = inner.renew(lease, now, ttlMs);
      const done = renewed.catch(() => {}).finally(() => renewing.delete(done));
      renewing.add(done);
      return renewed;
    },
  };
  return { store, begins, recorded: () => recorded };
}

/** What begins because of an event: a request, a program, or else whatever is recorded next. */
function licensedBy(event: RunEvent): Awaited {
  if (event.type === "call.sent") return { kind: "request", key: event.key };
  if (event.type === "attempt.finished" && BUILT.has(event.taskId))
    return { kind: "check", taskId: event.taskId };
  return { kind: "append" };
}

function isSame(effect: Effect, awaited: Awaited): boolean {
  if (effect.kind === "request") return awaited.kind === "request" && effect.key === awaited.key;
  if (effect.kind === "check") return awaited.kind === "check" && effect.taskId === awaited.taskId;
  return awaited.kind === "append";
}
