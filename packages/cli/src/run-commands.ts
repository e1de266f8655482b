// Commands on a run that is kept, beside those that settle its tasks.

import type { Command } from "commander";
import type { CancelOptions } from "./commands/cancel.js";
import type { CostOptions } from "./commands/cost.js";
import type { WatchOptions } from "./commands/watch.js";
import { asJson, place, shown } from "./options.js";
import type { Surroundings } from "./surroundings.js";

/** Declares `watch`, `cost` and `cancel`. */
export function declareRunCommands(program: Command, surroundings: Surroundings): void {
  program
    .command("watch")
    .description("show a run that another process drives, until it is at rest")
    .argument("<run>", "its id")
    .option(...place)
    .option(...shown)
    .option(...asJson)
    .action(async (runId: string, options: WatchOptions) => {
      const { watchCommand } = await import("./commands/watch.js");
      process.exitCode = await watchCommand(runId, options, surroundings);
    });

  program
    .command("cost")
    .description("say what a run has cost, by tier, role, purpose and task")
    .argument("<run>", "its id")
    .option(...place)
    .option("--json", "one JSON object")
    .action(async (runId: string, options: CostOptions) => {
      const { costCommand } = await import("./commands/cost.js");
      process.exitCode = await costCommand(runId, options, surroundings);
    });

  program
    .command("cancel")
    .description("end a run for good; a process of this machine that drives it pauses it first")
    .argument("<run>", "its id")
    .option("--reason <text>", "why, for the record")
    .option(...place)
    .action(async (runId: string, options: CancelOptions) => {
      const { cancelCommand } = await import("./commands/cancel.js");
      process.exitCode = await cancelCommand(runId, options, surroundings);
    });
}
