// A run that waits for a person, with one at the screen: it is not left before the person leaves it.

import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "@terrace/core";
import type { Reporter } from "../reporters/reporter.js";
import { waitsForPerson } from "../screen/offers.js";
import type { KeptStore } from "./store.js";

/** Who waits, and until when. */
export interface Attendance {
  readonly reporter: Reporter;
  /** `null` when the run is not kept, and nobody else can settle it. */
  readonly kept: KeptStore | null;
  /** Aborted when the run is to be left as it is. */
  readonly enough: AbortSignal;
}

/** What came of waiting: there is more to tell, the run is left at rest, or another process goes on with it. */
export type Attended = "more" | "rest" | "elsewhere";

/** Waits until somebody settles something of a run at rest, here or elsewhere, or wants to wait no longer. */
export async function attend(run: Run, attendance: Attendance, told: number): Promise<Attended> {
  const { reporter, kept, enough } = attendance;
  if (run.log.length > told) return "more";
  if (enough.aborted || reporter.awaitPerson === undefined || !waitsForPerson(run.state)) return "rest";
  const over = new AbortController();
  const left = (): void => over.abort();
  enough.addEventListener("abort", left, { once: true });
  try {
    return await Promise.race([
      reporter.awaitPerson().then((isSettled): Attended => (isSettled ? "more" : "rest")),
      aborted(over.signal),
      ...(kept === null ? [] : [movedElsewhere(run, kept, over.signal)]),
    ]);
  } finally {
    enough.removeEventListener("abort", left);
    over.abort();
  }
}

function aborted(signal: AbortSignal): Promise<Attended> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve("rest"), { once: true });
  });
}

/** How often the store is looked at, in milliseconds. */
const EVERY_MS = 500;

/** Resolves once the store holds events of the run that are not this process's. */
async function movedElsewhere(run: Run, { runs }: KeptStore, over: AbortSignal): Promise<Attended> {
  while (!over.aborted) {
    const { length } = run.log;
    const fresh = await runs.read(run.id, length);
    await sleep(EVERY_MS, undefined, { signal: over }).catch(() => {});
    // What this process has just recorded may be in the store a moment before it is in its log.
    if (fresh.length > 0 && run.log.length === length) return "elsewhere";
  }
  return "rest";
}
