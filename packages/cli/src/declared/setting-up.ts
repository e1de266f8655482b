// Commands that set things up, and show how they are set.

import type { Command } from "commander";
import type { AgentsOptions } from "../commands/agents.js";
import type { DemoOptions } from "../commands/demo.js";
import type { DoctorOptions } from "../commands/doctor.js";
import type { InitOptions } from "../commands/init.js";
import type { McpOptions } from "../commands/mcp.js";
import type { Invocation } from "./invocation.js";
import { asJson, parallel, place, shown } from "./options.js";

/** Declares `init`, `agents`, `doctor` and `mcp`. */
export function declareSettingUp(program: Command, { surroundings, end }: Invocation): void {
  program
    .command("init")
    .description("write a configuration and one example role")
    .option("--yes", "ask nothing, and write over nothing")
    .action(async (options: InitOptions) => {
      const { initCommand } = await import("../commands/init.js");
      end(await initCommand(options, surroundings));
    });

  program
    .command("agents")
    .description("list the roles with tier, model and source, and what has no effect in agent files")
    .option("--json", "one JSON object a line")
    .action(async (options: AgentsOptions) => {
      const { agentsCommand } = await import("../commands/agents.js");
      end(await agentsCommand(options, surroundings));
    });

  program
    .command("doctor")
    .description(
      "show each setting with its source, and whether key, models, prices, store and roles are in order",
    )
    .option("--offline", "ask nobody outside of this machine")
    .option(...place)
    .option("--json", "one JSON object")
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import("../commands/doctor.js");
      end(await doctorCommand(options, surroundings));
    });

  program
    .command("mcp")
    .description("let other agents submit goals and read runs, as an MCP server on standard input and output")
    .option("--read-only", "let them only read and quote")
    .option("--allow-approve", "let them settle flagged tasks in a person's place")
    .option(
      "--max-budget-usd <n>",
      "the most that a run may be submitted with (default: the configured budget)",
    )
    .option("--max-runs <n>", "runs at work at once (default 4)")
    .option(...place)
    .option(...parallel)
    .action(async (options: McpOptions) => {
      const { mcpCommand } = await import("../commands/mcp.js");
      end(await mcpCommand(options, surroundings));
    });
}

/** Declares `demo`. */
export function declareDemo(program: Command, { surroundings, end }: Invocation): void {
  program
    .command("demo")
    .description("build a small library with scripted answers; needs no key and no network")
    .option("--tests <folder>", "use your own tests where they have the names of ours")
    .option("--out <folder>", "where the library lands (default: a fresh folder for temporary files)")
    .option("--concurrency <n>", "calls under way at once (default 6)")
    .option(...shown)
    .option(...asJson)
    .action(async (options: DemoOptions) => {
      const { demoCommand } = await import("../commands/demo.js");
      end(await demoCommand(options, surroundings));
    });
}
