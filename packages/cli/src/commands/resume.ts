import { type Budget, type Run, type RunView, reportBudget } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import type { ExitCode } from "../exit-codes.js";
import { type BudgetOptions, bounding, toBudget } from "../input.js";
import { approvePlan } from "../runs/deeds.js";
import { type EngageOptions, engage } from "../runs/engage.js";
import { readRun, takeUp } from "../runs/kept-run.js";
import { idleOrchestrator, orchestratorFrom } from "../runs/orchestrator.js";
import { pursue } from "../runs/pursue.js";
import { hasEnded } from "../runs/standing.js";
import { findStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, UsageError } from "../surroundings.js";

/** Options of `terrace resume`. */
export interface ResumeOptions extends EngageOptions, StoreOptions, BudgetOptions {
  /** Whether to go on with a run that is parked, since the processes that drove it died again and again. */
  readonly parked?: boolean;
  /** Whether the plan may be carried out at its price. */
  readonly approve?: boolean;
}

/** Goes on with a run of the store. One that has ended says again what it came to; that needs no key and no call. */
export async function resumeCommand(
  runId: string,
  options: ResumeOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { parked = false, approve = false } = options;
  const budget = toBudget(options);
  const open = (settings: Settings) => findStore(options, settings);
  return await engage(options, surroundings, open, async (engagement) => {
    const { reporter, concurrency, kept, interrupts, settings } = engagement;
    const idle = idleOrchestrator(settings, kept.runs);
    const view = await readRun(idle, runId, kept);
    if (approve) assertWaitsForApproval(view);
    const orchestrator = hasEnded(view.state.status)
      ? idle
      : await orchestratorFrom(settings, { concurrency, store: kept.runs });
    const run = await takeUp(orchestrator, view, kept, { parked, ...raised(view, budget) });
    if (approve) await approveWaiting(run);
    const { summaryFile } = options;
    const known = view.log.length;
    const pursuit = { reporter, kept, interrupts, known, orchestrator, concurrency, summaryFile };
    return await pursue(run, pursuit, surroundings);
  });
}

/** @throws UsageError when there is nothing to approve */
function assertWaitsForApproval({ runId, state: { status, halt } }: RunView): void {
  if (status === "paused" && halt?.reason === "approval") return;
  const standing = status === "paused" ? `paused (${halt?.reason})` : status;
  throw new UsageError(
    `Expected run "${runId}" to wait for an approval, but it is ${standing}. Leave --approve out.`,
  );
}

/** Lets the plan be carried out. A run that is resumed waits again at once, before anybody is asked anything. */
async function approveWaiting(run: Run): Promise<void> {
  await run.result().catch(() => {});
  await approvePlan(run);
}

/**
 * The budget of a run with the bounds that were named in the place of its own.
 *
 * @throws UsageError when it bounds nothing then
 */
function raised({ state }: RunView, named: Budget | undefined): { readonly budget?: Budget } {
  if (named === undefined) return {};
  const { softUsd, ...own } = reportBudget(state).budget ?? {};
  const isNamed = softUsd !== undefined && !(own.onExceed === "degrade" && isDerived(softUsd, own.hardUsd));
  return { budget: bounding({ ...own, ...(isNamed ? { softUsd } : {}), ...named }) };
}

/** Whether a soft bound lies where the core puts it when nobody names one: then it follows the hard one. */
function isDerived(softUsd: number, hardUsd = 0): boolean {
  return Math.abs(softUsd - hardUsd * 0.8) < 0.000_002;
}
