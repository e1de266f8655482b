// The commands that find out what no verdict tells: grading again, and one way of working against another.

import type { Command } from "commander";
import type { ExperimentOptions } from "../commands/experiment.js";
import type { ShadowOptions } from "../commands/shadow.js";
import type { Invocation } from "./invocation.js";
import { asJson, dollars, parallel, place, shown } from "./options.js";

/** Declares the commands that grade. */
export function declareGrading(program: Command, { surroundings, end }: Invocation): void {
  program
    .command("shadow")
    .description(
      "grade a share of what a run accepted again: by a stronger reviewer, and tried one tier lower; the run stays as it is",
    )
    .argument("<run>", "its id, as `terrace runs` lists it")
    .option("--share <n>", "how much of what was accepted, from 0 to 1 (default 0.1)")
    .option("--no-one-down", "try nothing one tier lower")
    .option(...dollars)
    .option(...place)
    .option(...parallel)
    .option(...shown)
    .option(...asJson)
    .action(async (runId: string, options: ShadowOptions) => {
      const { shadowCommand } = await import("../commands/shadow.js");
      end(await shadowCommand(runId, options, surroundings));
    });

  program
    .command("experiment")
    .description("say what the runs of an experiment came to, arm against arm; needs no key")
    .argument("<name>", "its name")
    .option(...place)
    .option("--json", "one JSON object")
    .action(async (name: string, options: ExperimentOptions) => {
      const { experimentCommand } = await import("../commands/experiment.js");
      end(await experimentCommand(name, options, surroundings));
    });
}
