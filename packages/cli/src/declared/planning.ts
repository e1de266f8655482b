// The commands about what a goal comes to before anything of it is done.

import type { Command } from "commander";
import type { PlanOptions } from "../commands/plan.js";
import type { QuoteOptions } from "../commands/quote.js";
import type { SavingsOptions } from "../commands/savings.js";
import type { Invocation } from "./invocation.js";
import { items, nesting, revisions, waits } from "./options.js";

/** Declares `plan` and `quote`. */
export function declarePlanning(program: Command, { surroundings, end }: Invocation): void {
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
      const { planCommand } = await import("../commands/plan.js");
      end(await planCommand(goal, options, surroundings));
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
      const { quoteCommand } = await import("../commands/quote.js");
      end(await quoteCommand(options, surroundings));
    });
}

/** Declares `savings`. */
export function declareSavings(program: Command, { surroundings, end }: Invocation): void {
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
      const { savingsCommand } = await import("../commands/savings.js");
      end(await savingsCommand(options, surroundings));
    });
}
