import { expect, test } from "vitest";
import { safeJson } from "../../packages/cli/src/text/safe-text.js";
import { withoutWorkflowCommands } from "../../packages/cli/src/workflow-commands.js";
import { Screen } from "./support.js";

/** What the runner of a build would read. */
function writtenIn(env: Record<string, string>, text: string): string {
  const screen = new Screen();
  withoutWorkflowCommands(screen, env).write(text);
  return screen.text;
}

const BUILD = { GITHUB_ACTIONS: "true" };

test.each([
  ["::error::x", ": :error::x"],
  ["first\n::add-mask::x\nlast", "first\n: :add-mask::x\nlast"],
  ["first\r  ::stop-commands::x", "first\r  : :stop-commands::x"],
  ["\u200b\t::error::x", "\u200b\t: :error::x"],
  [":\u200b:error::x", ": \u200b:error::x"],
  ["in a line ##[error]x", "in a line # #[error]x"],
  ["###[error]x", "## #[error]x"],
])("in a GitHub build %j is no command", (text, written) => {
  expect(writtenIn(BUILD, text)).toBe(written);
});

test("what is no command stays as it is, and so does everything anywhere else", () => {
  const plain = "std::vector and a::b, ## [a], a:\n:b\n";
  expect(writtenIn(BUILD, plain)).toBe(plain);
  expect(writtenIn({}, "::error::x ##[error]y")).toBe("::error::x ##[error]y");
});

test("JSON holds no command, and parses to the same value", () => {
  const value = { answer: "##[error]x\n::error::y", "##[a]": ["::b::", "###[c]"] };
  for (const indent of [0, 2]) {
    const json = safeJson(value, indent);
    expect(writtenIn(BUILD, json)).toBe(json);
    expect(JSON.parse(json)).toEqual(value);
  }
});

test("the stream is the same else: it says how large it is, and ends", () => {
  const screen = new Screen({ columns: 70, rows: 20 });
  const stream = withoutWorkflowCommands(screen, BUILD);
  expect([stream.isTTY, stream.columns, stream.rows]).toEqual([true, 70, 20]);
  stream.end("done\n");
  expect(screen.writableEnded).toBe(true);
});
