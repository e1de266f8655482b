import type { SubmitOptions } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import type { ExitCode } from "../exit-codes.js";
import { type GrowthOptions, toGrowth, withGrowth } from "../growth.js";
import {
  type BudgetOptions,
  bounding,
  readWork,
  toApproval,
  toBudget,
  toUrgency,
  type WorkOptions,
} from "../input.js";
import { type EngageOptions, engage } from "../runs/engage.js";
import { orchestratorFrom } from "../runs/orchestrator.js";
import { pursue } from "../runs/pursue.js";
import { openStore } from "../runs/store.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace run`. */
export interface RunOptions extends EngageOptions, WorkOptions, BudgetOptions, GrowthOptions {
  /** The file of the store; `false` when nothing is to be kept. @default .terrace/terrace.db */
  readonly store?: string | false;
  /** Whether tasks may wait for a batch. @default live */
  readonly urgency?: string;
  /** US dollars that the plan may be likely to cost before a person must approve it. */
  readonly approveAboveUsd?: string;
}

/** Pursues a goal with the models that the environment names, and keeps the run, so that it can be resumed. */
export async function runCommand(
  goal: string | undefined,
  options: RunOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { store } = options;
  assertTerms(options);
  const work = await readWork(goal, options, surroundings);
  const open = (settings: Settings) =>
    store === false ? null : openStore(store === undefined ? {} : { store }, settings);
  return await engage(options, surroundings, open, async (engagement) => {
    const { reporter, concurrency, kept, interrupts, settings } = engagement;
    const wiring = kept === null ? { concurrency } : { concurrency, store: kept.runs };
    const orchestrator = await orchestratorFrom(withGrowth(settings, options), wiring);
    const run = orchestrator.submit(work, termsOf(options, settings));
    const { summaryFile } = options;
    const pursuit = { reporter, kept, interrupts, orchestrator, concurrency, summaryFile };
    return await pursue(run, pursuit, surroundings);
  });
}

/** @throws UsageError when an option says what it cannot mean, or bounds nothing */
function assertTerms(options: RunOptions): void {
  toBudget(options);
  toUrgency(options.urgency);
  toApproval(options.approveAboveUsd);
  toGrowth(options);
}

/** The terms of the command line, where it says nothing those of the configuration. */
function termsOf(options: RunOptions, { config }: Settings): SubmitOptions {
  const budget = { ...config.budget, ...toBudget(options) };
  const urgency = toUrgency(options.urgency) ?? config.urgency;
  const approveAboveUsd = toApproval(options.approveAboveUsd) ?? config.approveAboveUsd;
  return {
    ...(Object.keys(budget).length === 0 ? {} : { budget: bounding(budget) }),
    ...(urgency === undefined ? {} : { urgency }),
    ...(approveAboveUsd === undefined ? {} : { approveAboveUsd }),
  };
}
