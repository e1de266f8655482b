import { setTimeout as sleep } from "node:timers/promises";
import type { RunView } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode, exitCodeOf } from "../exit-codes.js";
import { hearInterrupts, type Interrupts } from "../interrupts.js";
import { ownerOf, readRun } from "../kept-run.js";
import { idleOrchestrator } from "../orchestrator.js";
import { conclude } from "../pursue.js";
import {
  chooseReporter,
  createReporter,
  type Reporter,
  type ReporterOptions,
} from "../reporters/reporter.js";
import { hasEnded, messageOf } from "../standing.js";
import { findStore, type KeptStore, type StoreOptions } from "../store.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace watch`. */
export interface WatchOptions extends StoreOptions, ReporterOptions {}

/** How often the store is looked at, in milliseconds. */
const EVERY_MS = 250;

/** Shows a run that another process drives, until it is at rest. Ctrl-C ends the watching and not the run. */
export async function watchCommand(
  runId: string,
  options: WatchOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const name = chooseReporter(options, stderr, env);
  const settings = await settingsOf(surroundings);
  const kept = findStore(options, settings);
  const interrupts = hearInterrupts();
  try {
    const idle = idleOrchestrator(settings, kept.runs);
    const view = await readRun(idle, runId, kept);
    const reporter = await createReporter(name, name === "json" ? stdout : stderr, env);
    const isThrough = await follow(
      view,
      { kept, reporter, interrupts, isWhole: name === "json" },
      surroundings,
    );
    if (!isThrough) {
      stderr.write(`No longer watched; run "${runId}" goes on.\n`);
      return EXIT.interrupted;
    }
    const last = await readRun(idle, runId, kept);
    const exitCode = exitCodeOf(last.state);
    conclude(last, { reporter: name, kept, message: messageOf(last), exitCode }, surroundings);
    return exitCode;
  } finally {
    await kept.close();
    interrupts.forget();
  }
}

interface Following {
  readonly kept: KeptStore;
  readonly reporter: Reporter;
  readonly interrupts: Pick<Interrupts, "asked">;
  /** Whether what was recorded before is told too. */
  readonly isWhole: boolean;
}

/** Tells each new event until nobody drives the run any more. Says whether it came to that. */
async function follow(
  view: RunView,
  { kept, reporter, interrupts: { asked }, isWhole }: Following,
  { hungUp }: Surroundings,
): Promise<boolean> {
  const { runId, log, state } = view;
  try {
    for (const event of log) isWhole ? reporter.tell(event) : reporter.recall(event);
    let isAtRest = hasEnded(state.status);
    let seen = log.length;
    while (!isAtRest && !asked.aborted && !hungUp.aborted) {
      // Asked before the events are read: what a process records before it leaves is not missed.
      const owner = await ownerOf(kept.runs, view);
      const fresh = await kept.runs.read(runId, seen);
      for (const event of fresh) reporter.tell(event);
      seen += fresh.length;
      isAtRest = owner === null && fresh.length === 0;
      if (!isAtRest) await sleep(EVERY_MS, undefined, { signal: asked }).catch(() => {});
    }
    return isAtRest;
  } finally {
    await reporter.end();
  }
}
