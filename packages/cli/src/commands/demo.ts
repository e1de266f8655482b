import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, type JsonValue, type Orchestrator, type Run } from "@terrace/core";
import { type Simulator, startSimulator } from "@terrace/simulator";
import { type DemoLibrary, loadDemoLibrary } from "../demo/library.js";
import { isGreen, runSuite, type SuiteReport } from "../demo/suite.js";
import { demoTeam } from "../demo/team.js";
import { openFolder, testCheck, writeLibrary } from "../demo/workshop.js";
import { demoWorld } from "../demo/world.js";
import { EXIT, type ExitCode, exitCodeOf } from "../exit-codes.js";
import { toConcurrency } from "../input.js";
import {
  chooseReporter,
  createReporter,
  isForPrograms,
  type ReporterOptions,
} from "../reporters/reporter.js";
import { localClient } from "../runs/claude-client.js";
import { drive } from "../runs/drive.js";
import { adviseDemo, describeEnding } from "../runs/ending.js";
import { hearInterrupts } from "../runs/interrupts.js";
import { viewOf } from "../runs/pursue.js";
import { type ResultLine, toResult } from "../runs/result.js";
import { controlsOf } from "../runs/run-controls.js";
import { standingOf } from "../runs/standing.js";
import { type Surroundings, UsageError, wantsColour } from "../surroundings.js";
import { count, formatMicroUsd } from "../text/format.js";
import { createPalette, type Palette } from "../text/palette.js";
import { safeJson } from "../text/safe-text.js";
import { summarize } from "../text/summary.js";

/** Options of `terrace demo`. */
export interface DemoOptions extends ReporterOptions {
  /** A folder with tests of the reader's own. */
  readonly tests?: string;
  /** Where the finished library lands. */
  readonly out?: string;
  readonly concurrency?: string;
}

/** What the demo says first. */
export const NOTICE: string =
  "The models' answers are scripted by a simulator; everything else here is real.";

/** The last line of `demo --json`. */
export interface DemoResultLine extends ResultLine {
  /** The folder in which the finished library lies. */
  readonly artifacts: string;
  /** The library's own tests, run once more over all of it; `null` when the library is not finished. */
  readonly suite: SuiteReport | null;
  /** What the simulator counted by itself. */
  readonly server: { readonly requests: number; readonly billUsd: number; readonly maxInFlight: number };
}

/** Builds a small library with scripted answers: the whole of Terrace at work, without a key or a network. */
export async function demoCommand(options: DemoOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdin, stdout, stderr, env, hungUp } = surroundings;
  const name = chooseReporter(options, stdout, env);
  const concurrency = toConcurrency(options.concurrency ?? "6");
  const library = load(options.tests);
  const folder = await openFolder(options.out);
  (isForPrograms(name) ? stderr : stdout).write(`${NOTICE}\n${isForPrograms(name) ? "" : "\n"}`);
  const simulator = await startSimulator({ world: demoWorld(library) });
  const interrupts = hearInterrupts();
  try {
    const run = demoOrchestrator(library, simulator.url, concurrency).submit(library.plan.goal);
    const can = { pause: false, settle: false };
    const controls = controlsOf(run, { interrupts, limit: concurrency, can });
    const reporter = await createReporter(name, { stream: stdout, env, stdin, controls });
    interrupts.beforeLeaving(() => reporter.end());
    const stop = (why: string): void => void run.cancel(why);
    const message = await drive(run, reporter, { hungUp, interrupts, stop });
    if (name === "tree" || name === "line") printRun(run, simulator, message, surroundings);
    const suite = await finish(library, run, folder);
    const result = toDemoResult(run, simulator, { message, suite, folder });
    if (isForPrograms(name)) stdout.write(`${safeJson(result)}\n`);
    else stdout.write(libraryText(result, createPalette(wantsColour(stdout, env))));
    return result.exitCode;
  } finally {
    interrupts.forget();
    await simulator.close();
  }
}

/** Terrace as anybody would wire it; only the address of the API is another. */
function demoOrchestrator(library: DemoLibrary, url: string, concurrency: number): Orchestrator {
  const checks = [testCheck(library)];
  return createOrchestrator({
    team: demoTeam,
    agents: claudeAgents({ client: localClient(url) }),
    checks: { implementer: checks, documenter: checks },
    concurrency,
    checkConcurrency: 2,
  }) as unknown as Orchestrator;
}

function load(tests: string | undefined): DemoLibrary {
  try {
    return loadDemoLibrary(tests === undefined ? {} : { tests });
  } catch (error) {
    if (tests === undefined || !(error instanceof Error)) throw error;
    throw new UsageError(`The tests in "${tests}" cannot be used. ${error.message}`);
  }
}

/** Puts what was accepted into the folder; when that is everything, runs its whole suite. */
async function finish(library: DemoLibrary, run: Run, folder: string): Promise<SuiteReport | null> {
  const outputs = new Map<string, JsonValue>();
  for (const [id, { status, attempts }] of run.state.tasks) {
    const output = attempts[attempts.length - 1]?.output;
    if (status === "accepted" && output !== undefined) outputs.set(id, output);
  }
  await writeLibrary(library, outputs, folder);
  return run.state.status === "completed" ? await runSuite(folder) : null;
}

function toDemoResult(
  run: Run,
  { bill, maxInFlight }: Simulator,
  end: { readonly message: string | undefined; readonly suite: SuiteReport | null; readonly folder: string },
): DemoResultLine {
  const { message, suite, folder } = end;
  const standing = standingOf(run.state.status, null);
  // Each module passed alone; a library that fails as a whole would be a fault of Terrace.
  const exitCode = suite !== null && !isGreen(suite) ? EXIT.unexpected : exitCodeOf(run.state);
  return {
    ...toResult(viewOf(run), { standing, message, exitCode }),
    artifacts: folder,
    suite,
    server: { requests: bill.requests, billUsd: bill.usd, maxInFlight },
  };
}

function printRun(
  run: Run,
  simulator: Simulator,
  message: string | undefined,
  { stdout, env }: Surroundings,
): void {
  const { state, log, ledger, census } = run;
  const { bill, maxInFlight } = simulator;
  const palette = createPalette(wantsColour(stdout, env));
  const requests = count(bill.requests, "request");
  stdout.write(`\n${summarize({ state, log, ledger, census, palette })}\n`);
  stdout.write(
    `The simulator counted ${requests}, at most ${maxInFlight} at once; its bill is ${formatMicroUsd(bill.microUsd)}.\n`,
  );
  stdout.write(describeEnding(run, message, adviseDemo));
}

/** What is said last: where the library lies, and how its suite came out if it is finished. */
export function libraryText(
  { suite, artifacts }: Pick<DemoResultLine, "suite" | "artifacts">,
  { green, red }: Palette,
): string {
  if (suite === null) return `What was accepted lies in ${artifacts}\n`;
  const { pass, tests } = suite;
  const verdict = isGreen(suite)
    ? green(`all ${pass} tests pass`)
    : red(`only ${pass} of ${tests} tests pass`);
  return `The library, tested once more as a whole: ${verdict}.\nIt lies in ${artifacts}\n`;
}
