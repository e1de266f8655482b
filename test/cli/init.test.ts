import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { initCommand } from "../../packages/cli/src/commands/init.js";
import { loadSettings } from "../../packages/cli/src/config/settings.js";
import { inFolder } from "./config/support.js";
import { Screen } from "./support.js";

const read = (cwd: string, name: string): Promise<string> => readFile(join(cwd, name), "utf8");

test("init --yes writes a configuration and a role that load without a word, and says what comes next", async () => {
  const around = await inFolder({});
  expect(await initCommand({ yes: true }, around)).toBe(0);

  expect(around.stdout.text).toBe(
    'written  terrace.config.ts\nwritten  agents/researcher.md\n\nNext:\n  terrace doctor\n  terrace plan "<goal>"\n  terrace run "<goal>"\n',
  );
  const { team, config, notes, agents } = await loadSettings(around);
  expect(Object.keys(team.executors)).toEqual(["worker", "researcher"]);
  expect(team.executors.researcher).toMatchObject({ tier: "haiku", maxTier: "sonnet" });
  expect(config).toMatchObject({ preset: "worker", budget: { hardUsd: 5 }, concurrency: 8 });
  expect([notes, agents.notes]).toEqual([[], []]);
});

test("agents that are there already are loaded as roles", async () => {
  const around = await inFolder({
    ".claude/agents/clerk.md": "---\nname: clerk\ndescription: Sorts.\n---\nYou sort.\n",
  });
  await initCommand({ yes: true }, around);
  expect(Object.keys((await loadSettings(around)).team.executors)).toEqual(["worker", "clerk", "researcher"]);
});

test("init --yes writes over nothing", async () => {
  const around = await inFolder({
    "terrace.config.yaml": "concurrency: 1\n",
    "agents/researcher.md": "Mine.",
  });
  await expect(initCommand({ yes: true }, around)).rejects.toThrow(
    '"terrace.config.yaml" and "agents/researcher.md" would be written over, which --yes does not do. Move them away, ' +
      "or run `terrace init` at a terminal, which asks.",
  );
  expect(await read(around.cwd, "agents/researcher.md")).toBe("Mine.");
});

test("without a terminal, and without --yes, nothing is written", async () => {
  const around = await inFolder({});
  await expect(initCommand({}, around)).rejects.toThrow(
    "There is no terminal to ask at. Run `terrace init --yes`, which asks nothing.",
  );
});

const [DOWN, ENTER, LEAVE] = ["\u001b[B", "\r", "\u0003"];

/** Answers at a terminal: each key once what it answers is on the screen. */
async function atTerminal(cwd: string, answers: readonly (readonly [question: string, ...keys: string[]])[]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stdout = new Screen({ columns: 80, rows: 24 });
  const around = { ...(await inFolder({})), stdin: stdin as never, stdout, cwd };
  const done = initCommand({}, around);
  for (const [question, ...keys] of answers) {
    await expect.poll(() => stdout.text, { timeout: 10_000 }).toContain(question);
    for (const key of keys) {
      stdin.write(key);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { code: await done, screen: stdout.text, stderr: around.stderr.text };
}

test("at a terminal it asks for team, agents and budget, and before it writes over a file", async () => {
  const { cwd } = await inFolder({
    "terrace.config.ts": "export default {};\n",
    ".claude/agents/clerk.md": "---\nname: clerk\ndescription: Sorts.\n---\nYou sort.\n",
    "agents/researcher.md": "Mine.",
  });
  const { code, screen } = await atTerminal(cwd, [
    ["Which team?", DOWN, ENTER],
    ["Load the agents in .claude/agents", ENTER],
    ["What may a run spend", "0", ENTER],
    ["terrace.config.ts is there. Write over it?", "y"],
    ["agents/researcher.md is there. Write over it?", ENTER],
  ]);

  expect(code).toBe(0);
  expect(screen).toContain("written  terrace.config.ts\nkept     agents/researcher.md\n");
  const config = await read(cwd, "terrace.config.ts");
  expect(config).toContain('preset: "opusplan"');
  expect(config).toContain('agents: [".claude/agents", "agents"]');
  expect(config).toContain("hardUsd: 50 ");
  expect(await read(cwd, "agents/researcher.md")).toBe("Mine.");
});

test("whoever leaves at a question has nothing written", async () => {
  const { cwd } = await inFolder({});
  const { code, stderr } = await atTerminal(cwd, [["Which team?", LEAVE]]);
  expect([code, stderr]).toEqual([130, "Nothing was written.\n"]);
  expect(await readdir(cwd)).toEqual([]);
});
