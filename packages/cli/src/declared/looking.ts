// Commands on a run that is kept, beside those that settle its tasks.

import type { Command } from "commander";
import type { CancelOptions } from "../commands/cancel.js";
import type { CostOptions } from "../commands/cost.js";
import type { RunsOptions } from "../commands/runs.js";
import type { ShowOptions } from "../commands/show.js";
import type { WatchOptions } from "../commands/watch.js";
import type { Invocation } from "./invocation.js";
import { asJson, place, shown } from "./options.js";

/** Declares `runs` and `show`. */
export function declareShowing(program: Command, { surroundings, end }: Invocation): void {
  program
    .command("runs")
    .description("list the runs that were kept, the newest first")
    .option("--limit <n>", "at most so many (default 20)")
    .option(...place)
    .option("--json", "one JSON object a line, a run each")
    .action(async (options: RunsOptions) => {
      const { runsCommand } = await import("../commands/runs.js");
      end(await runsCommand(options, surroundings));
    });

  program
    .command("show")
    .description("show a run: its tasks, what waits for a person and how to settle it, and what it cost")
    .argument("<run>", "its id")
    .option(...place)
    .option("--json", "its events, one JSON object a line; the last is the result")
    .action(async (runId: string, options: ShowOptions) => {
      const { showCommand } = await import("../commands/show.js");
      end(await showCommand(runId, options, surroundings));
    });
}

/** Declares `watch`, `cost` and `cancel`. */
export function declareWatching(program: Command, { surroundings, end }: Invocation): void {
  program
    .command("watch")
    .description("show a run that another process drives, until it is at rest")
    .argument("<run>", "its id")
    .option(...place)
    .option(...shown)
    .option(...asJson)
    .action(async (runId: string, options: WatchOptions) => {
      const { watchCommand } = await import("../commands/watch.js");
      end(await watchCommand(runId, options, surroundings));
    });

  program
    .command("cost")
    .description("say what a run has cost, by tier, role, purpose and task")
    .argument("<run>", "its id")
    .option(...place)
    .option("--json", "one JSON object")
    .action(async (runId: string, options: CostOptions) => {
      const { costCommand } = await import("../commands/cost.js");
      end(await costCommand(runId, options, surroundings));
    });

  program
    .command("cancel")
    .description("end a run for good; a process of this machine that drives it pauses it first")
    .argument("<run>", "its id")
    .option("--reason <text>", "why, for the record")
    .option(...place)
    .action(async (runId: string, options: CancelOptions) => {
      const { cancelCommand } = await import("../commands/cancel.js");
      end(await cancelCommand(runId, options, surroundings));
    });
}
