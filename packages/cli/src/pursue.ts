// Takes a run to its rest and says what it came to: what `run`, `resume` and the commands that settle share.

import type { Run, RunView, ShadowReport } from "@terrace/core";
import { drive } from "./drive.js";
import { type Advice, adviseKept, adviseUnkept, describeEnding } from "./ending.js";
import { type ExitCode, exitCodeOf } from "./exit-codes.js";
import type { Interrupts } from "./interrupts.js";
import { GRACE_MS } from "./orchestrator.js";
import { createPalette } from "./palette.js";
import { createReporter, type ReporterName } from "./reporters/reporter.js";
import { toResult } from "./result.js";
import { describeShadow } from "./shadow-text.js";
import { standingOf } from "./standing.js";
import type { KeptStore } from "./store.js";
import { summarize } from "./summary.js";
import { type Surroundings, wantsColour } from "./surroundings.js";
import { safeJson, safeText } from "./text.js";
import { resumeCommand } from "./ways-on.js";

/** How a run is pursued. */
export interface Pursuit {
  readonly reporter: ReporterName;
  /** Where the run is kept; `null` when it is not. */
  readonly kept: KeptStore | null;
  readonly interrupts: Interrupts;
  /** How many of its events are no news. @default 0 */
  readonly known?: number;
  /** @default what the state of the run says */
  readonly exitCode?: ExitCode;
}

/**
 * Shows a run until it is at rest, then what it came to.
 *
 * The answer goes to stdout, and what happens on the way to stderr; with `--json` the events go to stdout. When
 * somebody interrupts it, a run that is kept is paused, and another cancelled.
 */
export async function pursue(run: Run, pursuit: Pursuit, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env, hungUp } = surroundings;
  const { reporter: name, kept, interrupts, known } = pursuit;
  const place = kept === null ? "not kept" : `kept in ${safeText(kept.path)}`;
  if (name !== "silent") stderr.write(`Run ${safeText(run.id)}, ${place}.\n`);
  if (kept !== null) interrupts.beforeLeaving(() => leave(run, kept, surroundings));
  const reporter = await createReporter(name, name === "json" ? stdout : stderr, env);
  const stop = (why: string): void => void (kept === null ? run.cancel(why) : run.pause(`${why} ${PAUSING}`));
  const message = await drive(run, reporter, {
    hungUp,
    interrupts,
    stop,
    ...(known === undefined ? {} : { known }),
  });
  const exitCode = pursuit.exitCode ?? exitCodeOf(run.state);
  conclude(viewOf(run), { ...pursuit, message, exitCode }, surroundings);
  return exitCode;
}

const PAUSING = `Nothing new is begun, and what is under way gets ${GRACE_MS / 1000} s.`;

/** Ends without waiting: the run stays as it is, and whoever goes on with it finds its calls orphaned. */
async function leave(run: Run, kept: KeptStore, { stderr }: Surroundings): Promise<void> {
  const isFree = await kept.giveBack();
  const when = isFree ? "Go on with:" : "Its lease runs out within 30 s; then go on with:";
  stderr.write(
    `Ended at once: calls under way count as orphaned.\n${when}\n  ${resumeCommand({ runId: run.id, kept })}\n`,
  );
}

interface Conclusion extends Pursuit {
  readonly message: string | undefined;
  readonly exitCode: ExitCode;
}

function conclude(view: RunView, conclusion: Conclusion, surroundings: Surroundings): void {
  const { stdout, stderr, env } = surroundings;
  const { reporter, kept, message, exitCode } = conclusion;
  const { runId, state, log, ledger, census } = view;
  if (reporter === "json") {
    const end = { standing: standingOf(state.status, null), message, exitCode };
    stdout.write(`${safeJson(toResult(view, end))}\n`);
  } else {
    if (reporter !== "silent") {
      const palette = createPalette(wantsColour(stderr, env));
      stderr.write(`\n${summarize({ state, log, ledger, census, palette })}\n`);
    }
    if (message === undefined) printAnswer(view, surroundings);
  }
  const advice: Advice = kept === null ? adviseUnkept : adviseKept({ runId, kept });
  stderr.write(describeEnding(view, message, advice));
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
