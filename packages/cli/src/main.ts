#!/usr/bin/env node
// Arguments → command → exit code; nothing else. Commands are loaded when they are called, so that help is quick.

import { Command, CommanderError } from "commander";
import type { DemoOptions } from "./commands/demo.js";
import type { PlanOptions } from "./commands/plan.js";
import type { QuoteOptions } from "./commands/quote.js";
import type { RerunOptions } from "./commands/rerun.js";
import type { ResumeOptions } from "./commands/resume.js";
import type { RunOptions } from "./commands/run.js";
import type { RunsOptions } from "./commands/runs.js";
import type { SavingsOptions } from "./commands/savings.js";
import type { ShowOptions } from "./commands/show.js";
import { EXIT } from "./exit-codes.js";
import { gradingCommands } from "./grading-commands.js";
import {
  asJson,
  calls,
  dollars,
  exceed,
  items,
  keysHelp,
  nesting,
  parallel,
  place,
  revisions,
  shown,
  soft,
  summed,
  tokens,
  waits,
} from "./options.js";
import { routingCommands } from "./routing-commands.js";
import { declareRunCommands } from "./run-commands.js";
import type { CallOptions, SettleOptions } from "./runs/settle.js";
import { declareSetUpCommands } from "./set-up-commands.js";
import { type Surroundings, UsageError } from "./surroundings.js";
import { withoutWorkflowCommands } from "./workflow-commands.js";

const { stdin, stdout, stderr, env } = process;
const hangUp = new AbortController();
const surroundings: Surroundings = {
  stdin,
  stdout: withoutWorkflowCommands(stdout, env),
  stderr: withoutWorkflowCommands(stderr, env),
  env,
  hungUp: hangUp.signal,
  get configuration() {
    return program.opts();
  },
};

// A reader that has seen enough, such as `head`, is no error.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (stream === stdout) hangUp.abort();
  });
}

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

const program = new Command("terrace")
  .description("Tiered multi-agent work on Claude: plan, execute, review, escalate.")
  .version("0.1.0")
  .option("--config <path>", "the configuration (default: terrace.config.ts, .json or .yaml of this folder)")
  .option("--trust-project", "let files of this folder say where requests go, and with which key")
  .exitOverride()
  .showHelpAfterError("(terrace --help shows what there is)");

declareSetUpCommands(program, surroundings);

program
  .command("run")
  .description("pursue a goal with the models that the environment names")
  .argument("[goal]", "what is wanted, in quotes; - reads it from standard input")
  .option("--file <path>", "read the goal from a file")
  .option("--plan <path>", "carry out a plan instead, as `terrace plan --json` prints it")
  .option(...place)
  .option("--no-store", "keep nothing: the run cannot be resumed")
  .option(...dollars)
  .option(...soft)
  .option(...tokens)
  .option(...calls)
  .option(...exceed)
  .option("--approve-above-usd <n>", "wait for a person when the plan is likely to cost more than this")
  .option(...waits)
  .option(...items)
  .option(...nesting)
  .option(...revisions)
  .option(...parallel)
  .option(...shown)
  .option(...asJson)
  .option(...summed)
  .addHelpText("after", keysHelp)
  .action(async (goal: string | undefined, options: RunOptions) => {
    const { runCommand } = await import("./commands/run.js");
    process.exitCode = await runCommand(goal, options, surroundings);
  });

program
  .command("resume")
  .description(
    "go on with a run that was interrupted, paused or killed; what was answered is not asked again",
  )
  .argument("<run>", "its id, as `terrace runs` lists it")
  .option("--parked", "go on although the processes that drove it died again and again")
  .option("--approve", "let a plan that waits for it be carried out at its price")
  .option(...dollars)
  .option(...soft)
  .option(...tokens)
  .option(...calls)
  .option(...exceed)
  .option(...place)
  .option(...parallel)
  .option(...shown)
  .option(...asJson)
  .option(...summed)
  .addHelpText("after", keysHelp)
  .action(async (runId: string, options: ResumeOptions) => {
    const { resumeCommand } = await import("./commands/resume.js");
    process.exitCode = await resumeCommand(runId, options, surroundings);
  });

program
  .command("runs")
  .description("list the runs that were kept, the newest first")
  .option("--limit <n>", "at most so many (default 20)")
  .option(...place)
  .option("--json", "one JSON object a line, a run each")
  .action(async (options: RunsOptions) => {
    const { runsCommand } = await import("./commands/runs.js");
    process.exitCode = await runsCommand(options, surroundings);
  });

program
  .command("show")
  .description("show a run: its tasks, what waits for a person and how to settle it, and what it cost")
  .argument("<run>", "its id")
  .option(...place)
  .option("--json", "its events, one JSON object a line; the last is the result")
  .action(async (runId: string, options: ShowOptions) => {
    const { showCommand } = await import("./commands/show.js");
    process.exitCode = await showCommand(runId, options, surroundings);
  });

declareRunCommands(program, surroundings);

gradingCommands(program, surroundings);

settling("approve", "accept the draft of a flagged task, or let a tool call be made, and go on with its run")
  .option("--tool <use>", "let this tool call be made, by the id of its use")
  .action(async (runId: string, taskId: string, options: CallOptions) => {
    const { approveCommand } = await import("./commands/approve.js");
    process.exitCode = await approveCommand(runId, taskId, options, surroundings);
  });

settling("answer", "give a flagged task an output of your own, and go on with its run")
  .argument("<text>", "the output; - reads it from standard input")
  .action(async (runId: string, taskId: string, text: string, options: SettleOptions) => {
    const { answerCommand } = await import("./commands/answer.js");
    process.exitCode = await answerCommand([runId, taskId, text], options, surroundings);
  });

settling("rerun", "have a flagged task tried once more, and go on with its run")
  .requiredOption("--tier <tier>", "where it is tried: not lower than it was")
  .action(async (runId: string, taskId: string, options: RerunOptions) => {
    const { rerunCommand } = await import("./commands/rerun.js");
    process.exitCode = await rerunCommand(runId, taskId, options, surroundings);
  });

settling("reject", "give a flagged task up with what needs it, or refuse a tool call, and go on with its run")
  .option("--tool <use>", "do not let this tool call be made; the executor is told, and why")
  .action(async (runId: string, taskId: string, options: CallOptions) => {
    const { rejectCommand } = await import("./commands/reject.js");
    process.exitCode = await rejectCommand(runId, taskId, options, surroundings);
  });

program
  .command("plan")
  .description("show the checked plan for a goal and run nothing of it")
  .argument("[goal]", "what is wanted, in quotes; - reads it from standard input")
  .option("--file <path>", "read the goal from a file")
  .option(...items)
  .option(...nesting)
  .option(...revisions)
  .option("--json", "the plan as JSON, to be edited and handed to `terrace run --plan`")
  .action(async (goal: string | undefined, options: PlanOptions) => {
    const { planCommand } = await import("./commands/plan.js");
    process.exitCode = await planCommand(goal, options, surroundings);
  });

program
  .command("quote")
  .description("say what a plan will cost, by list prices and by what earlier runs came to; needs no key")
  .requiredOption("--plan <path>", "the plan, as `terrace plan --json` prints it")
  .option("--budget-usd <n>", "what the run may spend in all: no figure is above it")
  .option(...waits)
  .option("--planning", "count in what asking the planner for such a plan costs")
  .option(...items)
  .option(...nesting)
  .option(...revisions)
  .option("--store <path>", "the file that keeps the runs it learns from (default .terrace/terrace.db)")
  .option("--json", "one JSON object")
  .action(async (options: QuoteOptions) => {
    const { quoteCommand } = await import("./commands/quote.js");
    process.exitCode = await quoteCommand(options, surroundings);
  });

routingCommands(program, surroundings);

program
  .command("savings")
  .description(
    "what a split over tiers saves at most: two articles' tables with today's beside them, or your own",
  )
  .option("--split <shares>", "per cent for each tier, cheapest first (default 80/15/5)")
  .option("--prices <list>", "2024, 4, 4.5, 5 or 5.5 (default 5.5)")
  .option("--tasks <n>", "tasks a day (default 500)")
  .option("--input <n>", "tokens in, of one task (default 2000)")
  .option("--output <n>", "tokens out, of one task (default 500)")
  .option("--json", "one JSON object")
  .action(async (options: SavingsOptions) => {
    const { savingsCommand } = await import("./commands/savings.js");
    process.exitCode = await savingsCommand(options, surroundings);
  });

program
  .command("demo")
  .description("build a small library with scripted answers; needs no key and no network")
  .option("--tests <folder>", "use your own tests where they have the names of ours")
  .option("--out <folder>", "where the library lands (default: a fresh folder for temporary files)")
  .option("--concurrency <n>", "calls under way at once (default 6)")
  .option(...shown)
  .option(...asJson)
  .action(async (options: DemoOptions) => {
    const { demoCommand } = await import("./commands/demo.js");
    process.exitCode = await demoCommand(options, surroundings);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await exitCodeFor(error);
}
if (hangUp.signal.aborted) process.exitCode = EXIT.accepted;

/** Declares a command that settles a flagged task. */
function settling(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("<run>", "the run's id")
    .argument("<task>", "the task's id")
    .option("--reason <text>", "why, for the record")
    .option("--settle-only", "record the decision and leave the run paused")
    .option(...place)
    .option(...parallel)
    .option(...shown)
    .option(...asJson)
    .option(...summed);
}

/** Says what went wrong: in a line when it is the user's, with its stack when it is ours. */
async function exitCodeFor(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.accepted : EXIT.usage;
  if (error instanceof UsageError) {
    surroundings.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const { OrchestrationError, RunError } = await import("@terrace/core");
  const { exitCodeOf } = await import("./exit-codes.js");
  if (OrchestrationError.is(error)) {
    surroundings.stderr.write(`${error.message}\n`);
    if (MISTAKES.has(error.code)) return EXIT.usage;
    return error instanceof RunError
      ? exitCodeOf(error.state as Parameters<typeof exitCodeOf>[0])
      : EXIT.unexpected;
  }
  surroundings.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.unexpected;
}
