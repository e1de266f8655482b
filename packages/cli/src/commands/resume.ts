import type { ExitCode } from "../exit-codes.js";
import { toConcurrency } from "../input.js";
import { hearInterrupts } from "../interrupts.js";
import { readRun, takeUp } from "../kept-run.js";
import { idleOrchestrator, orchestratorFrom } from "../orchestrator.js";
import { pursue } from "../pursue.js";
import { chooseReporter, type ReporterOptions } from "../reporters/reporter.js";
import { hasEnded } from "../standing.js";
import { findStore, type StoreOptions } from "../store.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace resume`. */
export interface ResumeOptions extends ReporterOptions, StoreOptions {
  readonly concurrency?: string;
}

/** Goes on with a run of the store. One that has ended says again what it came to; that needs no key and no call. */
export async function resumeCommand(
  runId: string,
  options: ResumeOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stderr, env } = surroundings;
  const reporter = chooseReporter(options, stderr, env);
  const concurrency = toConcurrency(options.concurrency);
  const kept = findStore(options);
  const interrupts = hearInterrupts();
  try {
    const idle = idleOrchestrator(env, kept.runs);
    const view = await readRun(idle, runId, kept);
    const orchestrator = hasEnded(view.state.status)
      ? idle
      : orchestratorFrom(env, { concurrency, store: kept.runs });
    const run = await takeUp(orchestrator, view, kept);
    return await pursue(run, { reporter, kept, interrupts, known: view.log.length }, surroundings);
  } finally {
    await kept.close();
    interrupts.forget();
  }
}
