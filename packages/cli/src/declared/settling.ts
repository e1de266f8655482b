// The commands with which a person settles what a run waits for.

import type { Command } from "commander";
import type { RerunOptions } from "../commands/rerun.js";
import type { CallOptions, SettleOptions } from "../runs/settle.js";
import type { Invocation } from "./invocation.js";
import { asJson, parallel, place, shown, summed } from "./options.js";

/** Declares `approve`, `answer`, `rerun` and `reject`. */
export function declareSettling(program: Command, { surroundings, end }: Invocation): void {
  settling(
    program,
    "approve",
    "accept the draft of a flagged task, or let a tool call be made, and go on with its run",
  )
    .option("--tool <use>", "let this tool call be made, by the id of its use")
    .action(async (runId: string, taskId: string, options: CallOptions) => {
      const { approveCommand } = await import("../commands/approve.js");
      end(await approveCommand(runId, taskId, options, surroundings));
    });

  settling(program, "answer", "give a flagged task an output of your own, and go on with its run")
    .argument("<text>", "the output; - reads it from standard input")
    .action(async (runId: string, taskId: string, text: string, options: SettleOptions) => {
      const { answerCommand } = await import("../commands/answer.js");
      end(await answerCommand([runId, taskId, text], options, surroundings));
    });

  settling(program, "rerun", "have a flagged task tried once more, and go on with its run")
    .requiredOption("--tier <tier>", "where it is tried: not lower than it was")
    .action(async (runId: string, taskId: string, options: RerunOptions) => {
      const { rerunCommand } = await import("../commands/rerun.js");
      end(await rerunCommand(runId, taskId, options, surroundings));
    });

  settling(
    program,
    "reject",
    "give a flagged task up with what needs it, or refuse a tool call, and go on with its run",
  )
    .option("--tool <use>", "do not let this tool call be made; the executor is told, and why")
    .action(async (runId: string, taskId: string, options: CallOptions) => {
      const { rejectCommand } = await import("../commands/reject.js");
      end(await rejectCommand(runId, taskId, options, surroundings));
    });
}

/** Declares a command that settles a flagged task. */
function settling(program: Command, name: string, description: string): Command {
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
