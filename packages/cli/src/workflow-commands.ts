// In a GitHub build whoever prints a line such as `::error::` gives the runner a command, and models write lines.

import type { Output, Surroundings } from "./surroundings.js";

/**
 * `::` at the start of a line, and `##[` anywhere: what the runner reads as a command.
 *
 * It skips blanks before `::`, and compares as a culture does, to which unseen characters are none.
 * @see actions/runner, ActionCommand.cs, read 2026-11-21
 */
const AT_START = /^([\s\p{C}]*):(?=\p{Cf}*:)/gmu;
const ANYWHERE = /#(?=\p{Cf}*#\p{Cf}*\[)/gu;

/** A text in which nothing is a command: a blank stands between the two colons, or the two signs. */
function withoutCommands(text: string): string {
  return text.replace(AT_START, "$1: ").replace(ANYWHERE, "# ");
}

/** The stream, on which no line is a command; as it is anywhere but in a GitHub build. */
export function withoutWorkflowCommands(stream: Output, env: Surroundings["env"]): Output {
  if (env.GITHUB_ACTIONS !== "true") return stream;
  const write = (chunk: string | Uint8Array, ...rest: []): boolean =>
    stream.write(typeof chunk === "string" ? withoutCommands(chunk) : chunk, ...rest);
  return new Proxy(stream, {
    get(target, name) {
      if (name === "write") return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
