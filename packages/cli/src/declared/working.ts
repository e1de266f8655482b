// The commands that start a run, and go on with one.

import type { Command } from "commander";
import type { ResumeOptions } from "../commands/resume.js";
import type { RunOptions } from "../commands/run.js";
import type { Invocation } from "./invocation.js";
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

/** Declares `run`. */
export function declareRun(program: Command, { surroundings, end }: Invocation): void {
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
      const { runCommand } = await import("../commands/run.js");
      end(await runCommand(goal, options, surroundings));
    });
}

/** Declares `resume`. */
export function declareResume(program: Command, { surroundings, end }: Invocation): void {
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
      const { resumeCommand } = await import("../commands/resume.js");
      end(await resumeCommand(runId, options, surroundings));
    });
}
