import type { Settings } from "../config/settings.js";
import type { ExitCode } from "../exit-codes.js";
import { type BudgetOptions, bounding, toBudget, toShare } from "../input.js";
import { type EngageOptions, engage } from "../runs/engage.js";
import { readRun } from "../runs/kept-run.js";
import { idleOrchestrator, orchestratorFrom } from "../runs/orchestrator.js";
import { pursue } from "../runs/pursue.js";
import { findStore, type StoreOptions } from "../runs/store.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace shadow`. */
export interface ShadowOptions extends EngageOptions, StoreOptions, Pick<BudgetOptions, "budgetUsd"> {
  /** The share of the accepted attempts, from 0 to 1. @default 0.1 */
  readonly share?: string;
  /** Whether tasks are tried one tier lower, too. */
  readonly oneDown?: boolean;
}

/** Grades a share of what a run accepted again. The run itself stays as it is. */
export async function shadowCommand(
  runId: string,
  options: ShadowOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { oneDown = true } = options;
  const share = toShare("--share", options.share, 0.1);
  const budget = toBudget(options);
  const open = (settings: Settings) => findStore(options, settings);
  return await engage(options, surroundings, open, async (engagement) => {
    const { reporter, concurrency, kept, interrupts, settings } = engagement;
    await readRun(idleOrchestrator(settings, kept.runs), runId, kept);
    const orchestrator = await orchestratorFrom(settings, { concurrency, store: kept.runs });
    const more = budget === undefined ? {} : { budget: bounding(budget) };
    const run = await orchestrator.shadow(runId, { share, oneDown, ...more });
    return await pursue(run, { reporter, kept, interrupts, orchestrator, concurrency }, surroundings);
  });
}
