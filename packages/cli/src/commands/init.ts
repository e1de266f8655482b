import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { PresetName } from "@terrace/agents";
import { findConfig } from "../config/read-files.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { configText, exampleRole } from "../init/files.js";
import { type Surroundings, UsageError } from "../surroundings.js";

/** Options of `terrace init`. */
export interface InitOptions {
  /** Whether nothing is asked. */
  readonly yes?: boolean;
}

/** What the configuration is to hold. */
export interface Choices {
  readonly preset: PresetName;
  /** Whether the agent files that are there already are loaded. */
  readonly claudeAgents: boolean;
  readonly budgetUsd: number;
}

/** The folder in which Claude Code keeps agents. */
const CLAUDE_AGENTS = ".claude/agents";
const EXAMPLE = "agents/researcher.md";

/** Writes a configuration and one example role. Asks for the choices, and before it writes over anything. */
export async function initCommand(options: InitOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdin, stdout, stderr, cwd: folder } = surroundings;
  const cwd = resolve(folder ?? process.cwd());
  const hasAgents = existsSync(join(cwd, CLAUDE_AGENTS));
  const config = findConfig(cwd) ?? join(cwd, "terrace.config.ts");
  const isTerminal = stdout.isTTY === true && (stdin as { readonly isTTY?: boolean }).isTTY === true;
  if (options.yes !== true && !isTerminal) {
    throw new UsageError("There is no terminal to ask at. Run `terrace init --yes`, which asks nothing.");
  }
  const there = [config, join(cwd, EXAMPLE)]
    .filter((path) => existsSync(path))
    .map((path) => relative(cwd, path));
  const found = { hasAgents, there };
  const answers =
    options.yes === true
      ? withoutAsking(found)
      : await (await import("../init/ask.js")).ask(found, surroundings);
  if (answers === undefined) {
    stderr.write("Nothing was written.\n");
    return EXIT.interrupted;
  }
  const { choices, over } = answers;
  const files = [
    [relative(cwd, config), configText(choices, CLAUDE_AGENTS)],
    [EXAMPLE, exampleRole],
  ] as const;
  for (const [name, text] of files) {
    const isKept = there.includes(name) && !over.includes(name);
    if (!isKept) await write(join(cwd, name), text, over.includes(name));
    stdout.write(`${isKept ? "kept   " : "written"}  ${name}\n`);
  }
  stdout.write(`\nNext:\n  terrace doctor\n  terrace plan "<goal>"\n  terrace run "<goal>"\n`);
  return EXIT.accepted;
}

/** What was found in the folder. */
export interface Found {
  readonly hasAgents: boolean;
  /** The files that would be written, and are there. */
  readonly there: readonly string[];
}

/** What was chosen, and which of the files that are there are to be written over. */
export interface Answers {
  readonly choices: Choices;
  readonly over: readonly string[];
}

/** @throws UsageError when a file is there: nobody is asked whether it may be written over */
function withoutAsking({ hasAgents, there }: Found): Answers {
  if (there.length > 0) {
    throw new UsageError(
      `${there.map((name) => `"${name}"`).join(" and ")} would be written over, which --yes does not do. Move ` +
        `${there.length === 1 ? "it" : "them"} away, or run \`terrace init\` at a terminal, which asks.`,
    );
  }
  return { choices: { preset: "worker", claudeAgents: hasAgents, budgetUsd: 5 }, over: [] };
}

async function write(path: string, text: string, over: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Should it have come into being meanwhile, it stays as it is.
  await writeFile(path, text, { flag: over ? "w" : "wx" });
}
