import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandTool } from "@terrace/agents";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issuesOf } from "../../core/support.js";
import { call } from "./calling.js";

let cwd = "";
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "terrace-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const echo = () => commandTool({ allow: ["node -p", "printf %s"], cwd });
const print = (code: string) => call(echo(), "run_command", { program: "node", args: ["-p", code] });

test("a program that is allowed is run, and its exit code and output are shown", async () => {
  expect(await print("6 * 7")).toBe("exit code 0\n42\n");
  expect(await print("process.exit(3)")).toBe("exit code 3\n");
  expect(await print("'\\u001b[31mred\\u001b[0m\\u0007'")).toBe("exit code 0\nred\n");
});

test("a program has nothing of the environment that is secret", async () => {
  process.env.ANTHROPIC_API_KEY = "sk-ant-planted";
  try {
    expect(await print("Object.keys(process.env).sort().join()")).toBe("exit code 0\nHOME,LANG,PATH\n");
  } finally {
    delete process.env.ANTHROPIC_API_KEY;
  }
});

test("of what a program prints the end is shown, and no more than fits", async () => {
  const tool = commandTool({ allow: ["node -p"], cwd, maxBytes: 10 });
  expect(await call(tool, "run_command", { program: "node", args: ["-p", "'x'.repeat(1e6) + 'end'"] })).toBe(
    "exit code 0\nxxxxxxend\n",
  );
});

test("a program that does not end is killed with all that it started", async () => {
  const tool = commandTool({ allow: ["sh -c"], cwd });
  const stop = new AbortController();
  const script = "sleep 987654 & sleep 987654";
  setTimeout(() => stop.abort(), 100);
  expect(await call(tool, "run_command", { program: "sh", args: ["-c", script] }, stop.signal)).toEqual({
    failed: "It was stopped.",
  });
  const commands = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  expect(commands.filter((pid) => isSleeping(pid))).toEqual([]);
});

function isSleeping(pid: string): boolean {
  try {
    return commandOf(pid).includes("987654");
  } catch {
    return false;
  }
}

function commandOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}

describe("[E22] nothing else is run:", () => {
  test.each([
    ["another program", { program: "sh", args: ["-c", "id"] }],
    ["a shell line", { program: "node -p 1; id" }],
    ["a path", { program: "/bin/sh" }],
    ["an option", { program: "-p" }],
    ["other first arguments", { program: "node", args: ["--eval", "1"] }],
    ["no first argument", { program: "node" }],
    ["nothing", { program: "" }],
  ])("%s", async (_, input) => {
    expect(await call(echo(), "run_command", input)).toEqual({
      failed: expect.stringMatching(/ is not allowed\. Allowed: "node -p", "printf %s"\.$/),
    });
  });

  test.each([
    ["a NUL in an argument", { program: "printf", args: ["%s", "a\0b"] }],
    ["text for a list", { program: "printf", args: "%s x" }],
    ["a key of its own", { program: "printf", args: [], shell: true }],
    ["too many arguments", { program: "printf", args: Array.from({ length: 201 }, () => "") }],
  ])("%s", async (_, input) => {
    expect(await call(echo(), "run_command", input)).toEqual({ refused: [expect.any(String)] });
  });

  test("each argument arrives as it is, whatever a shell would make of it", async () => {
    const hostile = fc.constantFrom(
      "; id",
      "$(id)",
      "`id`",
      "&& id",
      "| id",
      "\n id",
      "-rf",
      "--",
      "'",
      '"',
      "*",
      "> out",
      "~",
      "$HOME",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(hostile, fc.string({ unit: "grapheme-ascii" })), { minLength: 1, maxLength: 3 }),
        async (words) => {
          const text = words.join(" ");
          expect(await call(echo(), "run_command", { program: "printf", args: ["%s", text] })).toBe(
            `exit code 0\n${text}`,
          );
        },
      ),
      { numRuns: 40 },
    );
    expect(readdirSync(cwd)).toEqual([]);
  });
});

test("what allows nothing, or what could not be meant, is refused", () => {
  expect(issuesOf(() => commandTool({ allow: [], cwd }))).toEqual([
    "Expected `allow` to name the programs that may be run, got none. Name one, or leave the tool out.",
  ]);
  expect(
    issuesOf(() => commandTool({ allow: ["rm; id", "../x", "-c"], cwd: "/nowhere", env: { API_KEY: "k" } })),
  ).toEqual([
    'Expected each of `allow` to be a program on the path and its first arguments, such as "git log", got `"rm; id"`.',
    'Expected each of `allow` to be a program on the path and its first arguments, such as "git log", got `"../x"`.',
    'Expected each of `allow` to be a program on the path and its first arguments, such as "git log", got `"-c"`.',
    'Expected `cwd` to be a folder, got `"/nowhere"`. Create it, or name another.',
    'Expected `env` to hold no key, got `"API_KEY"`. What a model runs must not be able to read it.',
  ]);
});
