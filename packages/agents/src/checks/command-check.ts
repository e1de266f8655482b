// A check that runs a program on the files of an output: a compiler, a linter, a test suite.
//
// It is no sandbox. The program runs with the rights of this process and can reach what it can reach; what
// models write should be run where that is harmless. What this file sees to: no shell, no key in the
// environment, no file outside of a fresh folder, nothing left running, no endless output.

import { type Check, type CheckContext, DeclarationError, type JsonValue } from "@terrace/core";
import { inFreshFolder, writeFiles } from "./fresh-folder.js";
import { runProgram } from "./run-program.js";

/** What `commandCheck` is given. */
export interface CommandCheckOptions {
  /** Named in the issues. */
  readonly name: string;
  /** A program on the path, or the path of one. Not a shell line. */
  readonly command: string;
  /** One argument each; handed over as they are. */
  readonly args?: readonly string[];
  /** Where the fresh folder is made. @default the system's folder for temporary files */
  readonly cwd?: string;
  /** The files to write, by path relative to the fresh folder, which the program runs in. */
  readonly files: (output: JsonValue, context: CheckContext) => { readonly [path: string]: string };
  /** Milliseconds. @default 60_000 */
  readonly timeoutMs?: number;
  /** Set besides PATH, LANG, HOME and TMPDIR (the latter two are the fresh folder). */
  readonly env?: { readonly [name: string]: string };
  /** Bytes kept of what the program prints; the last ones. @default 65_536 */
  readonly maxOutputBytes?: number;
}

/**
 * A check that passes when a program ends with exit code 0.
 *
 * The output's files are written into a fresh folder, the program runs there, and the folder is removed. A
 * program that does not end in time, or whose run is cancelled, is killed with all that it started; the check
 * returns only when they are gone. Paths that lead out of the folder are an issue, and nothing is run.
 *
 * Rejects when the program cannot be started: that is no fault of the output.
 * @throws DeclarationError (`OPTIONS_INVALID`) when `env` holds a key of the model provider.
 */
export function commandCheck(options: CommandCheckOptions): Check {
  const issues = wrongOptions(options);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  return {
    name: options.name,
    run: (output, context) => {
      if (context.signal.aborted) return [cancelled(options)];
      return inFreshFolder(options.cwd, async (folder) => {
        const refused = await writeFiles(folder, options.files(output, context));
        return refused.length > 0 ? refused : await runIn(folder, options, context);
      });
    },
  };
}

function wrongOptions({ env = {}, timeoutMs = 1, maxOutputBytes = 1 }: CommandCheckOptions): string[] {
  const issues = Object.keys(env)
    .filter((name) => /^(anthropic|claude)_|api_?key/i.test(name))
    .map(
      (name) =>
        `Expected \`env\` to hold no key, got "${name}". What a model wrote must not be able to read it.`,
    );
  for (const [name, value] of Object.entries({ timeoutMs, maxOutputBytes })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      issues.push(`Expected \`${name}\` to be a whole number from 1 up, got \`${value}\`.`);
    }
  }
  return issues;
}

async function runIn(
  folder: string,
  options: CommandCheckOptions,
  context: CheckContext,
): Promise<readonly string[]> {
  const { command, timeoutMs = 60_000 } = options;
  const end = await runProgram({
    command,
    args: options.args ?? [],
    folder,
    env: environment(folder, options.env ?? {}),
    timeoutMs,
    maxOutputBytes: options.maxOutputBytes ?? 65_536,
    signal: context.signal,
  });
  switch (end.kind) {
    case "exited":
      return end.code === 0
        ? []
        : [`"${command}" ended with exit code ${end.code}.`, ...lastLines(end.printed)];
    case "killed":
      return [`"${command}" was ended by ${end.by}.`, ...lastLines(end.printed)];
    case "timed_out":
      return [`"${command}" did not end within ${timeoutMs} ms and was stopped.`, ...lastLines(end.printed)];
    case "cancelled":
      return [cancelled(options)];
    default:
      return end satisfies never;
  }
}

function cancelled({ command }: CommandCheckOptions): string {
  return `"${command}" was stopped, because the run was cancelled.`;
}

/** What a program needs to start, and nothing that is secret. */
function environment(folder: string, own: { readonly [name: string]: string }): Record<string, string> {
  const { PATH = "", LANG = "C.UTF-8" } = process.env;
  return { PATH, LANG, HOME: folder, TMPDIR: folder, ...own };
}

const MOST_LINES = 40;

/** The end of what was printed, as plain lines: no colours, no control characters, none too long. */
function lastLines(printed: string): readonly string[] {
  const lines = printed
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g, "")
    .split(/\r?\n|\r/)
    .map((line) => line.replace(/\t/g, " ").replace(/\p{C}/gu, "").trimEnd())
    .filter((line) => line !== "");
  return lines.slice(-MOST_LINES).map((line) => (line.length > 500 ? `${line.slice(0, 499)}…` : line));
}
