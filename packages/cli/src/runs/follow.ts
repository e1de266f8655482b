// Shows a run that another process drives.

import { setTimeout as sleep } from "node:timers/promises";
import type { RunView } from "@terrace/core";
import type { Reporter } from "../reporters/reporter.js";
import { ownerOf } from "./kept-run.js";
import type { KeptStore } from "./store.js";

/** How often the store is looked at, in milliseconds. */
const EVERY_MS = 250;

/** How a run is followed. */
export interface Following {
  readonly kept: KeptStore;
  readonly reporter: Reporter;
  /** How many of its events were told before. */
  readonly seen: number;
  /** Aborted when it is followed no longer. */
  readonly enough: AbortSignal;
}

/** Tells each new event until nobody drives the run any more. Says whether it came to that. */
export async function follow(
  view: Pick<RunView, "runId" | "log">,
  { kept, reporter, seen: told, enough }: Following,
): Promise<boolean> {
  for (let seen = told; !enough.aborted; ) {
    // Asked before the events are read: what a process records before it leaves is not missed.
    const owner = await ownerOf(kept.runs, view);
    const fresh = await kept.runs.read(view.runId, seen);
    for (const event of fresh) reporter.tell(event);
    seen += fresh.length;
    if (owner === null && fresh.length === 0) return true;
    await sleep(EVERY_MS, undefined, { signal: enough }).catch(() => {});
  }
  return false;
}
