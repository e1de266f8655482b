import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, type Orchestrator, type Run } from "@terrace/core";
import { clientFromEnvironment, secretsOf, teamFromEnvironment } from "../claude-client.js";
import { atTopTier } from "../counterfactual.js";
import { drive } from "../drive.js";
import { AFTER_RUN, describeEnding } from "../ending.js";
import { type ExitCode, exitCodeOf } from "../exit-codes.js";
import { readWork, toConcurrency, type WorkOptions } from "../input.js";
import { createPalette } from "../palette.js";
import { chooseReporter, createReporter, type ReporterOptions } from "../reporters/reporter.js";
import { toResult } from "../result.js";
import { summarize } from "../summary.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { safeJson, safeText } from "../text.js";

/** Options of `terrace run`. */
export interface RunOptions extends ReporterOptions, WorkOptions {
  readonly concurrency?: string;
}

/**
 * Pursues a goal with the models that the environment names.
 *
 * The answer goes to stdout, and what happens on the way to stderr; with `--json` the events go to stdout.
 */
export async function runCommand(
  goal: string | undefined,
  options: RunOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const name = chooseReporter(options, stderr, env);
  const concurrency = toConcurrency(options.concurrency);
  const work = await readWork(goal, options, surroundings);
  const run = orchestratorFrom(env, concurrency).submit(work);
  const progress = name === "json" ? stdout : stderr;
  const reporter = await createReporter(name, progress, env);
  const message = await drive(run, reporter, surroundings);
  const atTop = atTopTier(run.log, run.state.team);
  const exitCode = exitCodeOf(run.state);
  if (name === "json") {
    stdout.write(`${safeJson(toResult(run, { message, exitCode, atTop }))}\n`);
    return exitCode;
  }
  if (name !== "silent") {
    const palette = createPalette(wantsColour(stderr, env));
    const { state, log, ledger } = run;
    stderr.write(`\n${summarize({ state, log, ledger, atTop, palette })}\n`);
  }
  if (message === undefined) printAnswer(run, surroundings);
  stderr.write(describeEnding(run, message, AFTER_RUN));
  return exitCode;
}

/** An orchestrator on the models that the environment names. */
export function orchestratorFrom(env: Surroundings["env"], concurrency: number): Orchestrator {
  return createOrchestrator({
    agents: claudeAgents({ client: clientFromEnvironment(env) }),
    team: teamFromEnvironment(env),
    secrets: secretsOf(env),
    concurrency,
  });
}

/** The answer: as it is for a program that reads it, made safe for a person at a terminal. */
function printAnswer(run: Run, { stdout }: Surroundings): void {
  const { answer } = run.state;
  const text = typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
  stdout.write(`${(stdout.isTTY === true ? safeText(text) : text).trimEnd()}\n`);
}
