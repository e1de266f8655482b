// Takes a run to its rest and says what it came to: what `run`, `resume` and the commands that settle share.

import type { Orchestrator, Run, RunView, ShadowReport } from "@terrace/core";
import { EXIT, type ExitCode, exitCodeOf } from "../exit-codes.js";
import { createReporter, isForPrograms, type Reporter, type ReporterName } from "../reporters/reporter.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { createPalette } from "../text/palette.js";
import { safeJson, safeText } from "../text/safe-text.js";
import { describeShadow } from "../text/shadow-text.js";
import { summarize } from "../text/summary.js";
import { writeSummaries } from "../text/summary-files.js";
import { attend } from "./attend.js";
import { drive } from "./drive.js";
import { type Advice, adviseKept, adviseUnkept, describeEnding } from "./ending.js";
import { follow } from "./follow.js";
import type { Interrupts } from "./interrupts.js";
import { GRACE_MS } from "./orchestrator.js";
import { toResult } from "./result.js";
import { controlsOf } from "./run-controls.js";
import { messageOf, standingOf } from "./standing.js";
import type { KeptStore } from "./store.js";
import { resumeCommand } from "./ways-on.js";

/** How a run is pursued. */
export interface Pursuit {
  readonly reporter: ReporterName;
  /** Where the run is kept; `null` when it is not. */
  readonly kept: KeptStore | null;
  readonly interrupts: Interrupts;
  /** Where the run is read again when another process has gone on with it. */
  readonly orchestrator: Pick<Orchestrator, "open">;
  /** How many calls may be under way at once. */
  readonly concurrency: number;
  /** How many of its events are no news. @default 0 */
  readonly known?: number;
  /** @default what the state of the run says */
  readonly exitCode?: ExitCode;
  /** The file that gets what the run came to, in Markdown. */
  readonly summaryFile?: string | undefined;
}

/**
 * Shows a run until it is at rest, then what it came to.
 *
 * The answer goes to stdout, and what happens on the way to stderr; with `--json` the events go to stdout. When
 * somebody interrupts it, a run that is kept is paused, and another cancelled. One that waits for a person is not left
 * while there is one at the screen.
 */
export async function pursue(run: Run, pursuit: Pursuit, surroundings: Surroundings): Promise<ExitCode> {
  const { stderr, hungUp } = surroundings;
  const { reporter: name, kept, interrupts, known, orchestrator, summaryFile } = pursuit;
  const place = kept === null ? "not kept" : `kept in ${safeText(kept.path)}`;
  if (name !== "silent") stderr.write(`Run ${safeText(run.id)}, ${place}.\n`);
  const abroad = new Abroad(run, kept, AbortSignal.any([interrupts.asked, hungUp]));
  const reporter = await reporterOf(run, pursuit, abroad, surroundings);
  interrupts.beforeLeaving(async () => {
    await reporter.end();
    if (kept !== null) await leave(run, kept, surroundings);
  });
  const stop = (why: string): void => void (kept === null ? run.cancel(why) : run.pause(`${why} ${PAUSING}`));
  const told = await drive(run, reporter, {
    hungUp,
    interrupts,
    stop,
    ...(known === undefined ? {} : { known }),
    ...(pursuit.exitCode === undefined ? { attend: (seen: number) => abroad.attend(reporter, seen) } : {}),
  });
  if (abroad.isLeft) {
    stderr.write(`No longer watched; run "${run.id}" goes on.\n`);
    return EXIT.interrupted;
  }
  const view = abroad.isGone ? await orchestrator.open(run.id) : viewOf(run);
  const message = abroad.isGone ? messageOf(view) : told;
  const exitCode = pursuit.exitCode ?? exitCodeOf(view.state);
  const conclusion = { reporter: name, kept, message, exitCode };
  conclude(view, conclusion, surroundings);
  writeSummaries(view, { message, advice: adviceOn(view, kept), path: summaryFile }, surroundings);
  return exitCode;
}

const PAUSING = `Nothing new is begun, and what is under way gets ${GRACE_MS / 1000} s.`;

function reporterOf(
  run: Run,
  { reporter, kept, interrupts, concurrency, exitCode }: Pursuit,
  abroad: Abroad,
  { stdin, stdout, stderr, env }: Surroundings,
): Promise<Reporter> {
  const can = { pause: kept !== null, settle: exitCode === undefined };
  const terms = { interrupts, limit: concurrency, can, isElsewhere: () => abroad.isGone };
  const stream = isForPrograms(reporter) ? stdout : stderr;
  return createReporter(reporter, { stream, env, stdin, controls: controlsOf(run, terms) });
}

/** Waits at the screen while a person is to decide; when one does so elsewhere, the run is watched from here. */
class Abroad {
  readonly #run: Run;
  readonly #kept: KeptStore | null;
  readonly #enough: AbortSignal;
  /** Whether another process has gone on with the run. */
  isGone = false;
  /** Whether it was still going on there when the person here had seen enough. */
  isLeft = false;

  constructor(run: Run, kept: KeptStore | null, enough: AbortSignal) {
    this.#run = run;
    this.#kept = kept;
    this.#enough = enough;
  }

  /** Says whether there is more to tell here. */
  async attend(reporter: Reporter, told: number): Promise<boolean> {
    const [kept, enough] = [this.#kept, this.#enough];
    const came = await attend(this.#run, { kept, reporter, enough }, told);
    if (came !== "elsewhere" || kept === null) return came === "more";
    this.isGone = true;
    const { id: runId, log } = this.#run;
    this.isLeft = !(await follow({ runId, log }, { kept, reporter, seen: told, enough }));
    return false;
  }
}

/** Ends without waiting: the run stays as it is, and whoever goes on with it finds its calls orphaned. */
async function leave(run: Run, kept: KeptStore, { stderr }: Surroundings): Promise<void> {
  const isFree = await kept.giveBack();
  const when = isFree ? "Go on with:" : "Its lease runs out within 30 s; then go on with:";
  stderr.write(
    `Ended at once: calls under way count as orphaned.\n${when}\n  ${resumeCommand({ runId: run.id, kept })}\n`,
  );
}

/** What a run came to, for `conclude`. */
export interface Conclusion extends Pick<Pursuit, "reporter" | "kept"> {
  readonly message: string | undefined;
  readonly exitCode: ExitCode;
}

/** Says what a run came to: its summary, its answer, or why there is none and what can be done. */
export function conclude(view: RunView, conclusion: Conclusion, surroundings: Surroundings): void {
  const { stdout, stderr, env } = surroundings;
  const { reporter, kept, message, exitCode } = conclusion;
  const { state, log, ledger, census } = view;
  if (isForPrograms(reporter)) {
    const end = { standing: standingOf(state.status, null), message, exitCode };
    stdout.write(`${safeJson(toResult(view, end))}\n`);
  } else {
    if (reporter !== "silent") {
      const palette = createPalette(wantsColour(stderr, env));
      stderr.write(`\n${summarize({ state, log, ledger, census, palette })}\n`);
    }
    if (message === undefined) printAnswer(view, surroundings);
  }
  stderr.write(describeEnding(view, message, adviceOn(view, kept)));
}

function adviceOn({ runId }: RunView, kept: KeptStore | null): Advice {
  return kept === null ? adviseUnkept : adviseKept({ runId, kept });
}

/** The answer: as it is for a program that reads it, made safe for a person at a terminal. */
function printAnswer({ state: { answer, shadow } }: RunView, { stdout, env }: Surroundings): void {
  if (shadow !== null) {
    const palette = createPalette(wantsColour(stdout, env));
    stdout.write(describeShadow(answer as unknown as ShadowReport, palette));
    return;
  }
  const text = typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
  stdout.write(`${(stdout.isTTY === true ? safeText(text) : text).trimEnd()}\n`);
}

/** A run at this moment, for reading. */
export function viewOf(run: Run): RunView {
  const { id: runId, state, log, ledger, census } = run;
  return { runId, state, log, ledger, census };
}
