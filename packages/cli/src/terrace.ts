// Arguments → command → exit code; nothing else. Commands are loaded when they are called, so that help is quick.

import { Command, CommanderError } from "commander";
import { declareGrading } from "./declared/grading.js";
import type { Invocation } from "./declared/invocation.js";
import { declareShowing, declareWatching } from "./declared/looking.js";
import { declarePlanning, declareSavings } from "./declared/planning.js";
import { declareRouting } from "./declared/routing.js";
import { declareDemo, declareSettingUp } from "./declared/setting-up.js";
import { declareSettling } from "./declared/settling.js";
import { declareResume, declareRun } from "./declared/working.js";
import { EXIT, exitCodeOf } from "./exit-codes.js";
import { type Output, type Surroundings, UsageError } from "./surroundings.js";

/** What whoever typed the command, or wrote its configuration, can mend. Codes, since a configuration has a core of its own. */
const MISTAKES: ReadonlySet<string> = new Set([
  "TEAM_INVALID",
  "OPTIONS_INVALID",
  "PLAN_INVALID",
  "TASK_UNKNOWN",
  "TASK_NOT_FLAGGED",
  "TOOL_NOT_HELD",
  "RESOLUTION_INVALID",
  "SHADOW_INVALID",
]);

/** Runs the command to its end, and resolves with its exit code; rejects for nothing. */
export async function terrace(args: readonly string[], given: Surroundings): Promise<number> {
  let code: number = EXIT.accepted;
  const program = commandLine(given);
  const surroundings: Surroundings = {
    ...given,
    get configuration() {
      return program.opts();
    },
  };
  const invocation: Invocation = {
    surroundings,
    end(ended) {
      code = ended;
    },
  };
  declareAll(program, invocation);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    code = await exitCodeFor(error, given);
  }
  return given.hungUp.aborted ? EXIT.accepted : code;
}

function commandLine({ stdout, stderr }: Surroundings): Command {
  return new Command("terrace")
    .description("Tiered multi-agent work on Claude: plan, execute, review, escalate.")
    .version("0.1.0")
    .option(
      "--config <path>",
      "the configuration (default: terrace.config.ts, .json or .yaml of this folder)",
    )
    .option("--trust-project", "let files of this folder say where requests go, and with which key")
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => widthOf(stdout),
      getErrHelpWidth: () => widthOf(stderr),
    })
    .exitOverride()
    .showHelpAfterError("(terrace --help shows what there is)");
}

/** In the order in which help lists them. */
function declareAll(program: Command, invocation: Invocation): void {
  declareSettingUp(program, invocation);
  declareRun(program, invocation);
  declareResume(program, invocation);
  declareShowing(program, invocation);
  declareWatching(program, invocation);
  declareGrading(program, invocation);
  declareSettling(program, invocation);
  declarePlanning(program, invocation);
  declareRouting(program, invocation);
  declareSavings(program, invocation);
  declareDemo(program, invocation);
}

/** How wide help may be: as the terminal, or 80 columns where there is none. */
function widthOf({ isTTY, columns = 80 }: Output): number {
  return isTTY === true ? columns : 80;
}

/** Says what went wrong: in a line when it is the user's, with its stack when it is ours. */
async function exitCodeFor(error: unknown, { stderr }: Surroundings): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.accepted : EXIT.usage;
  if (error instanceof UsageError) {
    stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const { OrchestrationError, RunError } = await import("@terrace/core");
  if (OrchestrationError.is(error)) {
    stderr.write(`${error.message}\n`);
    if (MISTAKES.has(error.code)) return EXIT.usage;
    return error instanceof RunError
      ? exitCodeOf(error.state as Parameters<typeof exitCodeOf>[0])
      : EXIT.unexpected;
  }
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.unexpected;
}
