import type { Command } from "commander";
import type { BaselineOptions } from "../commands/baseline.js";
import type { CalibrateOptions } from "../commands/calibrate.js";
import type { RouteOptions } from "../commands/route.js";
import type { Invocation } from "./invocation.js";
import { parallel, place } from "./options.js";

/** Declares the commands about where tasks start. */
export function declareRouting(program: Command, { surroundings, end }: Invocation): void {
  program
    .command("route")
    .description("show where a task would start, and what every router says of it; needs no key")
    .argument("[task]", "what is to be done, in quotes; - reads it from standard input")
    .option("--kind <kind>", "what sort of work it is, such as extract or implement")
    .option("--role <role>", "who does it (default: the team's first)")
    .option("--tier <tier>", "where its plan would start it (default: where its role starts)")
    .option("--error-cost <cost>", "what a wrong output would cost: low (default) or high")
    .option("--domain <domain>", "what the run is about, such as security")
    .option("--user-tier <tier>", "whom the run is for, such as free")
    .option("--context-tokens <n>", "how much an attempt is shown (default: the task alone)")
    .option("--pin <tier>", "where it starts, whatever routers say")
    .option("--classify", "ask the cheapest model what sort of task it is; needs a key")
    .option("--store <path>", "the file that keeps the runs it learns from (default .terrace/terrace.db)")
    .option("--json", "one JSON object")
    .action(async (task: string | undefined, options: RouteOptions) => {
      const { routeCommand } = await import("../commands/route.js");
      end(await routeCommand(task, options, surroundings));
    });

  program
    .command("calibrate")
    .description(
      "show what became of tasks by kind and tier, what is wrong, and where kinds had better start; needs no key",
    )
    .option("--table <path>", "the routing table that holds now: JSON by kind, as `tableRouter` takes it")
    .option(
      "--write <path>",
      "write the table with the proposed changes in it; without this nothing is written",
    )
    .option("--runs <n>", "how many of the latest runs teach it (default 50)")
    .option(...place)
    .option("--json", "one JSON object")
    .action(async (options: CalibrateOptions) => {
      const { calibrateCommand } = await import("../commands/calibrate.js");
      end(await calibrateCommand(options, surroundings));
    });

  program
    .command("baseline")
    .description("do every task of a golden set, or of a plan, at each tier, and keep how each kind fared")
    .argument("<file>", "the golden set as JSON, or a plan, as `terrace plan --json` prints it")
    .option("--name <name>", "what the set is called, when it does not say (default: the file's name)")
    .option("--tiers <tiers>", "only these, such as haiku,sonnet (default: all)")
    .option("--budget-usd <n>", "what may be spent at each tier, in US dollars at list price")
    .option(...parallel)
    .option(...place)
    .option("--json", "one JSON object")
    .action(async (file: string, options: BaselineOptions) => {
      const { baselineCommand } = await import("../commands/baseline.js");
      end(await baselineCommand(file, options, surroundings));
    });
}
