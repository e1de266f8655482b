#!/usr/bin/env node
// Arguments → command → exit code; nothing else. Commands are loaded when they are called, so that help is quick.

import { Command, CommanderError } from "commander";
import type { DemoOptions } from "./commands/demo.js";
import type { PlanOptions } from "./commands/plan.js";
import type { RunOptions } from "./commands/run.js";
import { EXIT } from "./exit-codes.js";
import { type Surroundings, UsageError } from "./surroundings.js";

const { stdin, stdout, stderr, env } = process;
const hangUp = new AbortController();
const surroundings: Surroundings = { stdin, stdout, stderr, env, hungUp: hangUp.signal };

// A reader that has seen enough, such as `head`, is no error.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (stream === stdout) hangUp.abort();
  });
}

const program = new Command("terrace")
  .description("Tiered multi-agent work on Claude: plan, execute, review, escalate.")
  .version("0.1.0")
  .exitOverride()
  .showHelpAfterError("(terrace --help shows what there is)");

const shown = ["--reporter <name>", "tree, line, json or silent"] as const;
const asJson = ["--json", "one JSON object a line; the last is the result"] as const;

program
  .command("run")
  .description("pursue a goal with the models that the environment names")
  .argument("[goal]", "what is wanted, in quotes; - reads it from standard input")
  .option("--file <path>", "read the goal from a file")
  .option("--plan <path>", "carry out a plan instead, as `terrace plan --json` prints it")
  .option("--concurrency <n>", "calls under way at once (default 8)")
  .option(...shown)
  .option(...asJson)
  .action(async (goal: string | undefined, options: RunOptions) => {
    const { runCommand } = await import("./commands/run.js");
    process.exitCode = await runCommand(goal, options, surroundings);
  });

program
  .command("plan")
  .description("show the checked plan for a goal and run nothing of it")
  .argument("[goal]", "what is wanted, in quotes; - reads it from standard input")
  .option("--file <path>", "read the goal from a file")
  .option("--json", "the plan as JSON, to be edited and handed to `terrace run --plan`")
  .action(async (goal: string | undefined, options: PlanOptions) => {
    const { planCommand } = await import("./commands/plan.js");
    process.exitCode = await planCommand(goal, options, surroundings);
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

/** Says what went wrong: in a line when it is the user's, with its stack when it is ours. */
async function exitCodeFor(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.accepted : EXIT.usage;
  if (error instanceof UsageError) {
    stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const { DeclarationError, OrchestrationError, RunError } = await import("@terrace/core");
  const { exitCodeOf } = await import("./exit-codes.js");
  if (OrchestrationError.is(error)) {
    stderr.write(`${error.message}\n`);
    if (error instanceof DeclarationError) return EXIT.usage;
    return error instanceof RunError
      ? exitCodeOf(error.state as Parameters<typeof exitCodeOf>[0])
      : EXIT.unexpected;
  }
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.unexpected;
}
