import { setTimeout as sleep } from "node:timers/promises";
import { OrchestrationError, type Run, type RunView } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { cancelRun } from "../runs/deeds.js";
import { askToStop } from "../runs/identity.js";
import { ownerOf, readRun, takeUp } from "../runs/kept-run.js";
import { GRACE_MS, idleOrchestrator } from "../runs/orchestrator.js";
import { hasEnded } from "../runs/standing.js";
import { findStore, type KeptStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, UsageError } from "../surroundings.js";

/** Options of `terrace cancel`. */
export interface CancelOptions extends StoreOptions {
  /** Why; recorded with the run. */
  readonly reason?: string;
}

/** Ends a run for good. A process of this machine that drives it is asked to pause it first; no model is asked anything. */
export async function cancelCommand(
  runId: string,
  { reason = "", ...options }: CancelOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stderr } = surroundings;
  const settings = await settingsOf(surroundings);
  const kept = findStore(options, settings);
  try {
    const orchestrator = idleOrchestrator(settings, kept.runs);
    const view = await readRun(orchestrator, runId, kept);
    if (view.state.status === "cancelled") {
      stderr.write(`Run "${runId}" was cancelled before.\n`);
      return EXIT.accepted;
    }
    if (hasEnded(view.state.status)) {
      throw new UsageError(`Run "${runId}" has ended (${view.state.status}): there is nothing to cancel.`);
    }
    const take = () => takeUp(orchestrator, view, kept, { parked: true });
    const run = await takeOver(view, kept, take, stderr);
    await cancelRun(run, reason);
    await run.result().catch(() => {});
    stderr.write(`Run "${runId}" is cancelled. \`terrace show ${runId}\` has what it did.\n`);
    return EXIT.accepted;
  } finally {
    await kept.close();
  }
}

/** How long a process may take to pause its run, in milliseconds. */
const PATIENCE_MS = GRACE_MS + 10_000;

/** Takes a run over from the process that drives it, if one does. @throws OrchestrationError `RUN_LOCKED` */
async function takeOver(
  view: RunView,
  kept: KeptStore,
  take: () => Promise<Run>,
  stderr: Surroundings["stderr"],
): Promise<Run> {
  const owner = await ownerOf(kept.runs, view);
  if (owner === null || !askToStop(owner.name)) return await take();
  stderr.write(`Run "${view.runId}" is driven by ${owner.name}, which is asked to pause it.\n`);
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(250)) {
    try {
      return await take();
    } catch (error) {
      const isDriven = OrchestrationError.is(error) && error.code === "RUN_LOCKED";
      if (!isDriven || Date.now() > until) throw error;
    }
  }
}
