// A person settles a flagged task, or a held tool call, of a run that another process may have left days ago.

import { type DecisionOptions, memoryStore, type Run, type RunView } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { type Surroundings, UsageError } from "../surroundings.js";
import * as deeds from "./deeds.js";
import { type EngageOptions, engage } from "./engage.js";
import { heldCalls } from "./held-calls.js";
import { readRun, takeUp } from "./kept-run.js";
import { idleOrchestrator, orchestratorFrom } from "./orchestrator.js";
import { pursue } from "./pursue.js";
import { findStore, type KeptStore, type StoreOptions } from "./store.js";
import { callCommands } from "./ways-on.js";

/** Options of the commands that settle a flagged task. */
export interface SettleOptions extends EngageOptions, StoreOptions {
  /** Why it is settled so; recorded with the decision. */
  readonly reason?: string;
  /** Whether the run is left to be resumed later. */
  readonly settleOnly?: boolean;
}

/** Options of the commands that settle a tool call as well. */
export interface CallOptions extends SettleOptions {
  /** The id of a tool use that is held. @default the draft of the task is meant */
  readonly tool?: string;
}

/** What of a kept run is settled, and how. */
export type Settlement<What = deeds.TaskSettlement | deeds.CallSettlement> = What & {
  readonly runId: string;
};

/**
 * Settles a flagged task or a held tool call, then goes on with its run as `terrace resume` does, or leaves it paused.
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
    const { summaryFile } = options;
    const known = view.log.length;
    const pursuit = { reporter, kept, interrupts, known, concurrency, summaryFile };
    assertMeant(view, settlement, kept);
    await rehearse(view, settlement, settings);
    const decided = { reason: options.reason ?? "" };
    if (options.settleOnly === true) {
      const run = await takeUp(idle, view, kept);
      await decide(run, settlement, decided);
      return await pursue(run, { ...pursuit, orchestrator: idle, exitCode: EXIT.accepted }, surroundings);
    }
    // Made first, so that a missing key is told before anything is decided.
    const orchestrator = await orchestratorFrom(settings, { concurrency, store: kept.runs });
    await decide(await takeUp(idle, view, kept), settlement, decided);
    return await pursue(await takeUp(orchestrator, view, kept), { ...pursuit, orchestrator }, surroundings);
  });
}

/** @throws UsageError when a task is to be settled of which only a tool call waits */
function assertMeant({ runId, state }: RunView, settlement: Settlement, kept: KeptStore): void {
  const { taskId } = settlement;
  const call = heldCalls(state).find((each) => each.taskId === taskId);
  if ("useId" in settlement || call === undefined) return;
  const commands = callCommands({ runId, kept }, call).map((command) => `  ${command}`);
  throw new UsageError(
    [`Task "${taskId}" is not flagged: a tool call of it waits for a person. Settle that:`, ...commands].join(
      "\n",
    ),
  );
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
  const { taskId } = settlement;
  try {
    await deeds.settle(run, settlement, decided);
  } finally {
    await run.pause(`${"useId" in settlement ? "A tool call of task" : "Task"} "${taskId}" is settled.`);
    await run.result().catch(() => {});
  }
}
