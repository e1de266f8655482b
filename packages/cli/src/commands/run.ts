import type { ExitCode } from "../exit-codes.js";
import { readWork, toConcurrency, type WorkOptions } from "../input.js";
import { hearInterrupts } from "../interrupts.js";
import { orchestratorFrom } from "../orchestrator.js";
import { pursue } from "../pursue.js";
import { chooseReporter, type ReporterOptions } from "../reporters/reporter.js";
import { openStore } from "../store.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace run`. */
export interface RunOptions extends ReporterOptions, WorkOptions {
  readonly concurrency?: string;
  /** The file of the store; `false` when nothing is to be kept. @default .terrace/terrace.db */
  readonly store?: string | false;
}

/** Pursues a goal with the models that the environment names, and keeps the run, so that it can be resumed. */
export async function runCommand(
  goal: string | undefined,
  options: RunOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stderr, env } = surroundings;
  const reporter = chooseReporter(options, stderr, env);
  const concurrency = toConcurrency(options.concurrency);
  const work = await readWork(goal, options, surroundings);
  const { store } = options;
  const kept = store === false ? null : openStore(store === undefined ? {} : { store });
  const interrupts = hearInterrupts();
  try {
    const wiring = kept === null ? { concurrency } : { concurrency, store: kept.runs };
    const run = orchestratorFrom(env, wiring).submit(work);
    return await pursue(run, { reporter, kept, interrupts }, surroundings);
  } finally {
    await kept?.close();
    interrupts.forget();
  }
}
