import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode, exitCodeOf } from "../exit-codes.js";
import {
  chooseReporter,
  createReporter,
  isForPrograms,
  type Reporter,
  type ReporterOptions,
} from "../reporters/reporter.js";
import { follow } from "../runs/follow.js";
import { hearInterrupts, type Interrupts } from "../runs/interrupts.js";
import { readRun } from "../runs/kept-run.js";
import { idleOrchestrator } from "../runs/orchestrator.js";
import { conclude } from "../runs/pursue.js";
import { hasEnded, messageOf } from "../runs/standing.js";
import { findStore, type StoreOptions } from "../runs/store.js";
import type { Controls } from "../screen/deed.js";
import type { Surroundings } from "../surroundings.js";

/** Options of `terrace watch`. */
export interface WatchOptions extends StoreOptions, ReporterOptions {}

/** Shows a run that another process drives, until it is at rest. Ctrl-C ends the watching and not the run. */
export async function watchCommand(
  runId: string,
  options: WatchOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, stdin, env, hungUp } = surroundings;
  const name = chooseReporter(options, stderr, env);
  const settings = await settingsOf(surroundings);
  const kept = findStore(options, settings);
  const interrupts = hearInterrupts();
  try {
    const idle = idleOrchestrator(settings, kept.runs);
    const view = await readRun(idle, runId, kept);
    const stream = isForPrograms(name) ? stdout : stderr;
    const controls = watchingControls(interrupts);
    const reporter = await createReporter(name, { stream, env, stdin, controls });
    interrupts.beforeLeaving(() => reporter.end());
    for (const event of view.log) name === "ndjson" ? reporter.tell(event) : reporter.recall(event);
    const enough = AbortSignal.any([interrupts.asked, hungUp]);
    const following = { kept, reporter, seen: view.log.length, enough };
    const isThrough = hasEnded(view.state.status) || (await whole(reporter, () => follow(view, following)));
    await reporter.end();
    if (!isThrough) {
      stderr.write(`No longer watched; run "${runId}" goes on.\n`);
      return EXIT.interrupted;
    }
    const last = await readRun(idle, runId, kept);
    const exitCode = exitCodeOf(last.state);
    conclude(last, { reporter: name, kept, message: messageOf(last), exitCode }, surroundings);
    return exitCode;
  } finally {
    await kept.close();
    interrupts.forget();
  }
}

/** Leaves the terminal as it was, when what is done fails. */
async function whole<T>(reporter: Reporter, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    await reporter.end();
    throw error;
  }
}

/** Keys that look, and leave: the run is another process's. */
function watchingControls(interrupts: Interrupts): Controls {
  return {
    limit: null,
    can: () => new Set(["interrupt", "detach"] as const),
    perform: async () => interrupts.press(),
    allTop: () => null,
  };
}
