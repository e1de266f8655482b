// A tool that runs programs of an allow list: no shell, each argument as it is, nothing left running.
//
// It is no sandbox. The programs run with the rights of this process; allow what does no harm with any arguments.

import { statSync } from "node:fs";
import { DeclarationError } from "@terrace/core";
import { z } from "zod";
import { runProgram } from "../checks/run-program.js";
import { named, shown } from "../shown.js";
import { defineTool } from "./define-tool.js";
import { type Approve, type LocalTool, ToolFailure, USUAL_BYTES, USUAL_TIMEOUT_MS } from "./tool.js";

/** What `commandTool` is given. */
export interface CommandToolOptions {
  /**
   * What may be run: a program, with the arguments that it must begin with, separated by spaces, such as `git log` or
   * `npm test`. A program is looked for on the path.
   */
  readonly allow: readonly string[];
  /** The folder that programs run in. */
  readonly cwd: string;
  /** When a person must allow a call, by its program and arguments. @default never */
  readonly approve?: Approve<{ readonly program: string; readonly args: readonly string[] }>;
  /** @default COMMAND_TOOL, which is "run_command" */
  readonly name?: string;
  /** Set besides PATH, LANG and HOME (which is `cwd`). */
  readonly env?: { readonly [name: string]: string };
  /** Milliseconds; then the program is killed with all that it started. @default 60_000 */
  readonly timeoutMs?: number;
  /** The most of what a program prints that is shown, in bytes; the last ones. @default 65_536 */
  readonly maxBytes?: number;
}

/** The name of the tool that runs programs when nobody says. */
export const COMMAND_TOOL = "run_command";

/** The name of a program: no path, and nothing that begins like an option. */
const PROGRAM = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * A tool that runs a program and brings its exit code and what it printed. It counts as having an effect.
 *
 * @throws DeclarationError when nothing is allowed, or an option is not what it should be.
 */
export function commandTool(options: CommandToolOptions): LocalTool {
  const {
    allow,
    cwd,
    approve,
    name = COMMAND_TOOL,
    timeoutMs = USUAL_TIMEOUT_MS,
    maxBytes = USUAL_BYTES,
  } = options;
  const issues = wrongWith(options);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  const allowed = allow.map((line) => line.split(" "));
  const argument = z
    .string()
    .max(8_192)
    .refine((text) => !text.includes("\0"), "expected no NUL character");
  const tool = defineTool({
    name,
    description:
      `Runs a program and brings its exit code and what it printed. There is no shell: each argument is handed over as it is. ` +
      `Allowed, with any arguments after it: ${allow.map((line) => `\`${line}\``).join(", ")}.`,
    input: z.strictObject({ program: z.string().max(128), args: z.array(argument).max(200).default([]) }),
    hasEffect: true,
    ...(approve === undefined ? {} : { approve }),
    timeoutMs,
    maxBytes,
    run: async ({ program, args }, { signal }) => {
      const line = [program, ...args];
      if (!allowed.some((start) => start.every((word, index) => line[index] === word)))
        throw new ToolFailure(`${shown(line.join(" "))} is not allowed. Allowed: ${named(allow)}.`);
      const limits = { timeoutMs, maxOutputBytes: maxBytes };
      return toText(
        await runProgram({
          command: program,
          args,
          folder: cwd,
          env: environment(options),
          ...limits,
          signal,
        }),
      );
    },
  });
  return { ...tool, allow };
}

/** What a program needs to start, and nothing that is secret. */
function environment({ cwd, env = {} }: CommandToolOptions): Record<string, string> {
  const { PATH = "", LANG = "C.UTF-8" } = process.env;
  return { PATH, LANG, HOME: cwd, ...env };
}

function toText(end: Awaited<ReturnType<typeof runProgram>>): string {
  switch (end.kind) {
    case "exited":
      return `exit code ${end.code}\n${plain(end.printed)}`;
    case "killed":
      return `ended by ${end.by}\n${plain(end.printed)}`;
    case "timed_out":
    case "cancelled":
      throw new ToolFailure("It was stopped.");
    default:
      return end satisfies never;
  }
}

/** Without colours and other control characters. */
function plain(printed: string): string {
  return (
    printed
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g, "")
      .replace(/[^\P{C}\n\t]/gu, "")
  );
}

function wrongWith({ allow, cwd, env = {} }: CommandToolOptions): string[] {
  const issues = allow
    .filter((line) => !isAllowable(line))
    .map(
      (line) =>
        `Expected each of \`allow\` to be a program on the path and its first arguments, such as "git log", got ${shown(line)}.`,
    );
  if (allow.length === 0)
    issues.push(
      "Expected `allow` to name the programs that may be run, got none. Name one, or leave the tool out.",
    );
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    issues.push(`Expected \`cwd\` to be a folder, got ${shown(cwd)}. Create it, or name another.`);
  for (const key of Object.keys(env).filter((each) => /^(anthropic|claude)_|api_?key/i.test(each)))
    issues.push(
      `Expected \`env\` to hold no key, got ${shown(key)}. What a model runs must not be able to read it.`,
    );
  return issues;
}

function isAllowable(line: string): boolean {
  const [program = "", ...words] = line.split(" ");
  return PROGRAM.test(program) && words.every((word) => /^\S+$/.test(word));
}
