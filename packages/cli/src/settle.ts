// A person settles a flagged task of a run that another process may have left days ago.

import { type DecisionOptions, memoryStore, type Resolution, type Run, type RunView } from "@terrace/core";
import type { Settings } from "./config/settings.js";
import { type EngageOptions, engage } from "./engage.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { personName } from "./identity.js";
import { readRun, takeUp } from "./kept-run.js";
import { idleOrchestrator, orchestratorFrom } from "./orchestrator.js";
import { pursue } from "./pursue.js";
import { findStore, type StoreOptions } from "./store.js";
import type { Surroundings } from "./surroundings.js";

/** Options of the commands that settle a flagged task. */
export interface SettleOptions extends EngageOptions, StoreOptions {
  /** Why it is settled so; recorded with the decision. */
  readonly reason?: string;
  /** Whether the run is left to be resumed later. */
  readonly settleOnly?: boolean;
}

/** A task of a kept run, and how it is settled. */
export interface Settlement {
  readonly runId: string;
  readonly taskId: string;
  readonly resolution: Resolution;
}

/**
 * Settles a flagged task, then goes on with its run as `terrace resume` does, or leaves it paused.
 *
 * Nobody is asked anything before the decision is recorded, and a decision that cannot stand changes nothing.
 */
export async function settle(
  settlement: Settlement,
  options: SettleOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const open = (settings: Settings) => findStore(options, settings);
  return await engage(options, surroundings, open, async (engagement) => {
    const { reporter, concurrency, kept, interrupts, settings } = engagement;
    const idle = idleOrchestrator(settings, kept.runs);
    const view = await readRun(idle, settlement.runId, kept);
    const pursuit = { reporter, kept, interrupts, known: view.log.length };
    await rehearse(view, settlement, settings);
    const decided = { reason: options.reason ?? "", by: personName() };
    if (options.settleOnly === true) {
      const run = await takeUp(idle, view, kept);
      await decide(run, settlement, decided);
      return await pursue(run, { ...pursuit, exitCode: EXIT.accepted }, surroundings);
    }
    // Made first, so that a missing key is told before anything is decided.
    const orchestrator = await orchestratorFrom(settings, { concurrency, store: kept.runs });
    await decide(await takeUp(idle, view, kept), settlement, decided);
    return await pursue(await takeUp(orchestrator, view, kept), pursuit, surroundings);
  });
}

/** Settles a copy of the run in memory. @throws OrchestrationError when the decision cannot stand */
export async function rehearse(
  view: RunView,
  settlement: Settlement,
  settings: Settings,
  decided: DecisionOptions = {},
): Promise<void> {
  const copy = memoryStore();
  const lease = await copy.acquire(view.runId, "rehearsal", 0, 1);
  await copy.append(lease, view.log, 0);
  await copy.release(lease);
  await decide(await idleOrchestrator(settings, copy).resume(view.runId), settlement, decided);
}

/** Records a decision on a run of idle agents, and brings the run to rest. */
export async function decide(run: Run, settlement: Settlement, decided: DecisionOptions): Promise<void> {
  const { taskId, resolution } = settlement;
  try {
    await run.resolve(taskId, resolution, decided);
  } finally {
    await run.pause(`Task "${taskId}" is settled.`);
    await run.result().catch(() => {});
  }
}
