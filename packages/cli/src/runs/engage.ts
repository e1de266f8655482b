// What the commands that pursue a run begin and end with.

import { changedSince } from "../config/read-files.js";
import { type Settings, settingsOf } from "../config/settings.js";
import type { ExitCode } from "../exit-codes.js";
import { toConcurrency } from "../input.js";
import { chooseReporter, type ReporterName, type ReporterOptions } from "../reporters/reporter.js";
import type { Surroundings } from "../surroundings.js";
import { assertWritable } from "../text/summary-files.js";
import { hearInterrupts, type Interrupts } from "./interrupts.js";
import type { KeptStore } from "./store.js";

/** Options that every command which pursues a run has. */
export interface EngageOptions extends ReporterOptions {
  readonly concurrency?: string;
  /** The file that gets what the run came to, in Markdown. */
  readonly summaryFile?: string;
}

/** What a command that pursues a run works with, until it ends. */
export interface Engagement<Kept extends KeptStore | null> {
  readonly reporter: ReporterName;
  readonly concurrency: number;
  readonly kept: Kept;
  readonly interrupts: Interrupts;
  readonly settings: Settings;
}

/**
 * Opens the store and hears interrupts for as long as `pursuing` takes, and lets go of both, whatever comes of it.
 *
 * Configuration that is changed meanwhile has no effect, which is said in the end.
 * @throws UsageError when an option or the configuration is wrong; then nothing is opened
 */
export async function engage<Kept extends KeptStore | null>(
  options: EngageOptions,
  surroundings: Surroundings,
  open: (settings: Settings) => Kept,
  pursuing: (engagement: Engagement<Kept>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { stderr, env } = surroundings;
  chooseReporter(options, stderr, env);
  const named = toConcurrency(options.concurrency);
  assertWritable(options.summaryFile);
  const settings = await settingsOf(surroundings);
  const { config } = settings;
  const isAsked = options.reporter !== undefined || options.json === true || config.reporter === undefined;
  const reporter = chooseReporter(isAsked ? options : { reporter: config.reporter }, stderr, env);
  const concurrency = options.concurrency === undefined ? (config.concurrency ?? named) : named;
  const kept = open(settings);
  const interrupts = hearInterrupts();
  try {
    return await pursuing({ reporter, concurrency, kept, interrupts, settings });
  } finally {
    const changed = changedSince(settings.files);
    if (changed.length > 0)
      stderr.write(`${changed.join(", ")} changed meanwhile: that counts from the next command on.\n`);
    await kept?.close();
    interrupts.forget();
  }
}
