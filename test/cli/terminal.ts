// A real pseudo-terminal with a shell in it, and what a person would see on it.

import pty from "@lydell/node-pty";
import { Terminal } from "@xterm/headless";
import { onTestFailed, onTestFinished } from "vitest";
import type { Place } from "./kept.js";

/** What is waited for on a screen: a text, a pattern, or what is true of its lines. */
type Wanted = string | RegExp | ((lines: readonly string[]) => boolean);

/** Columns and rows. */
export type Size = readonly [number, number];

/** A terminal in which a command runs, and then a word on how it left the terminal. */
export interface LiveTerminal {
  /** What is seen, line by line, without the blanks at the ends. */
  lines(): readonly string[];
  /** Resolves with what is seen, once it shows all of these. */
  shows(...wanted: readonly Wanted[]): Promise<string>;
  /** Types. */
  type(keys: string): void;
  resize(size: Size): Promise<void>;
  /** Whether the terminal's other screen is shown. */
  readonly isAlternate: boolean;
  /** Whether the last word on the cursor was to show it. */
  readonly hasCursor: boolean;
  /** Resolves when the shell has ended, with all that was not on the other screen. */
  readonly ended: Promise<string>;
}

/** The modes of a terminal in which lines are typed, and keys are seen. */
export const AS_IT_WAS = "modes: isig icanon echo";

const MODES = "echo modes: $(stty -a | tr -s ' ;' '\\n\\n' | grep -x -e '-*icanon' -e '-*echo' -e '-*isig')";

/** Runs a command in a terminal; then its exit code is shown, and the modes that it left. */
export function openTerminal(
  { path, env }: Place,
  command: string,
  [cols, rows]: Size = [80, 24],
): LiveTerminal {
  const seen = new Terminal({ cols, rows, allowProposedApi: true });
  // A command that was stopped goes on when a line is typed.
  const script = [
    "set -m",
    "trap : INT",
    command,
    "code=$?",
    `while [ $code -eq 148 ]; do echo "stopped, $(${MODES})"; read line; fg > /dev/null; code=$?; done`,
    'echo "exit code $code"',
    MODES,
  ].join("\n");
  const shell = pty.spawn("sh", ["-c", script], {
    cols,
    rows,
    cwd: path,
    env: { ...env, TERM: "xterm-256color" },
  });
  onTestFinished(() => shell.kill("SIGKILL"));
  onTestFailed(() => console.error(`The terminal shows:\n${lines().join("\n")}`));
  let raw = "";
  let onChange = (): void => {};
  shell.onData((data) => {
    raw += data;
    seen.write(data, () => onChange());
  });
  const all = (): readonly string[] => {
    const { active } = seen.buffer;
    return Array.from({ length: active.length }, (_, row) =>
      (active.getLine(row)?.translateToString(true, 0, seen.cols) ?? "").trimEnd(),
    );
  };
  const lines = (): readonly string[] => all().slice(seen.buffer.active.baseY);
  const ended = new Promise<string>((resolve) => {
    shell.onExit(() => seen.write("", () => resolve(all().join("\n"))));
  });
  return {
    lines,
    ended,
    type: (keys) => shell.write(keys),
    async resize([columns, height]) {
      await new Promise<void>((resolve) => seen.write("", resolve));
      seen.resize(columns, height);
      shell.resize(columns, height);
    },
    shows(...wanted) {
      return new Promise((resolve, reject) => {
        onChange = () => {
          const text = lines().join("\n");
          const isShown = (each: Wanted): boolean => {
            if (typeof each === "function") return each(lines());
            return typeof each === "string" ? text.includes(each) : each.test(text);
          };
          if (wanted.every(isShown)) resolve(text);
        };
        onChange();
        void ended.then((text) =>
          reject(new Error(`It ended without showing ${wanted.join(", ")}:\n${text}`)),
        );
      });
    },
    get isAlternate() {
      return seen.buffer.active.type === "alternate";
    },
    get hasCursor() {
      return raw.lastIndexOf("\u001b[?25h") > raw.lastIndexOf("\u001b[?25l");
    },
  };
}
