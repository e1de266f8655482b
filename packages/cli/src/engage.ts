// What the commands that pursue a run begin and end with.

import type { ExitCode } from "./exit-codes.js";
import { toConcurrency } from "./input.js";
import { hearInterrupts, type Interrupts } from "./interrupts.js";
import { chooseReporter, type ReporterName, type ReporterOptions } from "./reporters/reporter.js";
import type { KeptStore } from "./store.js";
import type { Surroundings } from "./surroundings.js";

/** Options that every command which pursues a run has. */
export interface EngageOptions extends ReporterOptions {
  readonly concurrency?: string;
}

/** What a command that pursues a run works with, until it ends. */
export interface Engagement<Kept extends KeptStore | null> {
  readonly reporter: ReporterName;
  readonly concurrency: number;
  readonly kept: Kept;
  readonly interrupts: Interrupts;
}

/**
 * Opens the store and hears interrupts for as long as `pursuing` takes, and lets go of both, whatever comes of it.
 *
 * @throws UsageError when an option is wrong; then nothing is opened
 */
export async function engage<Kept extends KeptStore | null>(
  options: EngageOptions,
  { stderr, env }: Surroundings,
  open: () => Kept,
  pursuing: (engagement: Engagement<Kept>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const reporter = chooseReporter(options, stderr, env);
  const concurrency = toConcurrency(options.concurrency);
  const kept = open();
  const interrupts = hearInterrupts();
  try {
    return await pursuing({ reporter, concurrency, kept, interrupts });
  } finally {
    await kept?.close();
    interrupts.forget();
  }
}
