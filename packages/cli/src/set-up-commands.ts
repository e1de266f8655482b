// Commands that set things up, and show how they are set.

import type { Command } from "commander";
import type { AgentsOptions } from "./commands/agents.js";
import type { DoctorOptions } from "./commands/doctor.js";
import type { InitOptions } from "./commands/init.js";
import type { McpOptions } from "./commands/mcp.js";
import { parallel, place } from "./options.js";
import type { Surroundings } from "./surroundings.js";

/** Declares `init`, `agents`, `doctor` and `mcp`. */
export function declareSetUpCommands(program: Command, surroundings: Surroundings): void {
  program
    .command("init")
    .description("write a configuration and one example role")
    .option("--yes", "ask nothing, and write over nothing")
    .action(async (options: InitOptions) => {
      const { initCommand } = await import("./commands/init.js");
      process.exitCode = await initCommand(options, surroundings);
    });

  program
    .command("agents")
    .description("list the roles with tier, model and source, and what has no effect in agent files")
    .option("--json", "one JSON object a line")
    .action(async (options: AgentsOptions) => {
      const { agentsCommand } = await import("./commands/agents.js");
      process.exitCode = await agentsCommand(options, surroundings);
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
      const { doctorCommand } = await import("./commands/doctor.js");
      process.exitCode = await doctorCommand(options, surroundings);
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
      const { mcpCommand } = await import("./commands/mcp.js");
      process.exitCode = await mcpCommand(options, surroundings);
    });
}
