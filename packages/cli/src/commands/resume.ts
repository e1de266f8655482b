import { type Budget, type RunView, reportBudget } from "@terrace/core";
import { type EngageOptions, engage } from "../engage.js";
import type { ExitCode } from "../exit-codes.js";
import { type BudgetOptions, toBudget } from "../input.js";
import { readRun, takeUp } from "../kept-run.js";
import { idleOrchestrator, orchestratorFrom } from "../orchestrator.js";
import { pursue } from "../pursue.js";
import { hasEnded } from "../standing.js";
import { findStore, type StoreOptions } from "../store.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace resume`. */
export interface ResumeOptions extends EngageOptions, StoreOptions, BudgetOptions {
  /** Whether to go on with a run that is parked, since the processes that drove it died again and again. */
  readonly parked?: boolean;
}

/** Goes on with a run of the store. One that has ended says again what it came to; that needs no key and no call. */
export async function resumeCommand(
  runId: string,
  options: ResumeOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { env } = surroundings;
  const { parked = false } = options;
  const budget = toBudget(options);
  const open = () => findStore(options);
  return await engage(options, surroundings, open, async ({ reporter, concurrency, kept, interrupts }) => {
    const idle = idleOrchestrator(env, kept.runs);
    const view = await readRun(idle, runId, kept);
    const orchestrator = hasEnded(view.state.status)
      ? idle
      : orchestratorFrom(env, { concurrency, store: kept.runs });
    const run = await takeUp(orchestrator, view, kept, { parked, ...raised(view, budget) });
    return await pursue(run, { reporter, kept, interrupts, known: view.log.length }, surroundings);
  });
}

/** The budget of a run with the bounds that were named in the place of its own. */
function raised({ state }: RunView, budget: Budget | undefined): { readonly budget?: Budget } {
  return budget === undefined ? {} : { budget: { ...reportBudget(state).budget, ...budget } };
}
