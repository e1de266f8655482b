import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { CheckContext, JsonValue } from "@terrace/core";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CommandCheckOptions, commandCheck } from "../../packages/agents/src/checks/command-check.js";
import { inFreshFolder, writeFiles } from "../../packages/agents/src/checks/fresh-folder.js";
import { task } from "./support.js";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "terrace-test-"));
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

const context = (signal = new AbortController().signal): CheckContext => ({
  runId: "run_1",
  task: task(),
  attempt: 1,
  tier: "haiku",
  inputs: [],
  signal,
});

/** A check that runs a Node program, by default the output itself. */
const node = (changes: Partial<CommandCheckOptions> = {}) =>
  commandCheck({
    name: "node",
    command: process.execPath,
    args: ["main.js"],
    cwd: parent,
    files: (output) => ({ "main.js": String(output) }),
    ...changes,
  });

const run = async (output: JsonValue, changes: Partial<CommandCheckOptions> = {}, signal?: AbortSignal) => {
  const issues = await node(changes).run(output, context(signal));
  expect(await leftFolders()).toEqual([]);
  return issues;
};
const leftFolders = async () => (await readdir(parent)).filter((name) => name.startsWith("terrace-check-"));

/** Those that still run: not gone, and not dead and waiting to be buried. */
const running = async (pids: readonly number[]) => {
  const states = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, "latin1").catch(() => ") Z")),
  );
  return pids.filter((_, index) => !states[index]?.slice(states[index].lastIndexOf(")")).startsWith(") Z"));
};

test("a program that ends with 0 finds nothing", async () => {
  expect(await run("console.log('fine')")).toEqual([]);
});

test("any other end is an issue, with the last lines as plain text", async () => {
  const program = `
    console.log("\\u001b[31mred\\u001b[0m\\u0007 and\\ttab");
    console.error("2 of 9 tests fail");
    process.exitCode = 3;
  `;
  expect(await run(program)).toEqual([
    `"${process.execPath}" ended with exit code 3.`,
    "red and tab",
    "2 of 9 tests fail",
  ]);
});

test("what is printed is kept up to its cap, and the end of it", async () => {
  const program = "process.stdout.write('x'.repeat(3_000_000) + '\\nlast', () => process.exit(1))";
  const issues = await run(program, { maxOutputBytes: 1_000 });
  expect(issues.at(-1)).toBe("last");
  expect(issues.join("").length).toBeLessThan(1_000);
});

test("files are written where they were named, in a folder that is gone afterwards", async () => {
  const program = `
    const fs = require("node:fs");
    if (fs.readFileSync("src/deep/data.txt", "utf8") !== "ä\\n") process.exit(1);
    if ((fs.statSync(".").mode & 0o077) !== 0) process.exit(2);
    fs.writeFileSync("left-behind", "x");
  `;
  expect(
    await run(program, { files: (output) => ({ "main.js": String(output), "src/deep/data.txt": "ä\n" }) }),
  ).toEqual([]);
});

test("the program sees no key, and nothing else of this process's environment", async () => {
  process.env.ANTHROPIC_API_KEY = "sk-ant-secret";
  try {
    const program = "console.log(Object.keys(process.env).sort().join()); process.exit(1)";
    expect((await run(program, { env: { CI: "1" } })).at(-1)).toBe("CI,HOME,LANG,PATH,TMPDIR");
  } finally {
    delete process.env.ANTHROPIC_API_KEY;
  }
});

test.each(["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY"])(
  "%s cannot be handed in",
  (name) => {
    expect(() => node({ env: { [name]: "x" } })).toThrow(
      `Expected \`env\` to hold no key, got "${name}". What a model wrote must not be able to read it.`,
    );
  },
);

test("arguments reach the program as they are, without a shell", async () => {
  const args = ["main.js", "; touch /tmp/owned", "$(id)", "a\nb", "--flag", "*"];
  const program = `process.exit(JSON.stringify(process.argv.slice(2)) === ${JSON.stringify(JSON.stringify(args.slice(1)))} ? 0 : 1)`;
  expect(await run(program, { args })).toEqual([]);
});

const FAMILY = `
  const { spawn } = require("node:child_process");
  const forever = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, ["-e", forever], { stdio: "inherit" });
  require("node:fs").writeFileSync(process.argv[2], process.pid + " " + child.pid);
`;

/** Runs a program with a child of its own; returns the ids of both. */
async function family(rest: string, changes: Partial<CommandCheckOptions>, signal?: AbortSignal) {
  const pids = join(parent, "pids");
  const issues = await run(FAMILY + rest, { ...changes, args: ["main.js", pids] }, signal);
  return { issues, pids: (await readFile(pids, "utf8")).split(" ").map(Number) };
}

test("a program that does not end in time is killed with all that it started", async () => {
  const { issues, pids } = await family("setInterval(() => {}, 1000)", { timeoutMs: 400 });
  expect(issues).toEqual([`"${process.execPath}" did not end within 400 ms and was stopped.`]);
  expect(await running(pids)).toEqual([]);
});

test("what a program leaves running is killed when it ends", async () => {
  const { issues, pids } = await family("process.exit(0)", {});
  expect(issues).toEqual([]);
  expect(await running(pids)).toEqual([]);
});

test("a cancelled run stops the program", async () => {
  const controller = new AbortController();
  const pids = join(parent, "pids");
  const untilStarted = async () => {
    while ((await readFile(pids, "utf8").catch(() => "")) === "") await wait(10);
    controller.abort();
  };
  const [outcome] = await Promise.all([
    family("setInterval(() => {}, 1000)", {}, controller.signal),
    untilStarted(),
  ]);
  expect(outcome.issues).toEqual([`"${process.execPath}" was stopped, because the run was cancelled.`]);
  expect(await running(outcome.pids)).toEqual([]);
});

test("nothing starts in a run that is cancelled already", async () => {
  const issues = await run("require('node:fs').writeFileSync('../started', '')", {}, AbortSignal.abort());
  expect(issues).toEqual([`"${process.execPath}" was stopped, because the run was cancelled.`]);
  expect(await readdir(parent)).toEqual([]);
});

test("a program that does not exist is no fault of the output", async () => {
  await expect(node({ command: "no-such-program" }).run("", context())).rejects.toThrow(
    'The program "no-such-program" could not be started.',
  );
  expect(await leftFolders()).toEqual([]);
});

test.each([
  ["../main.js", "it leads out of the folder"],
  ["a/../../b", "it leads out of the folder"],
  ["/etc/passwd", "it is not relative"],
  ["~/x", "it is not relative"],
  ["C:/x", "it is not relative"],
  ["a\\..\\b", "parts are separated by /"],
  ["a\0b", "it holds a NUL character"],
  ["", "expected 1 to 1000 characters"],
  ["a//b", "it has an empty part"],
  ["./a", "it has an empty part"],
])("the path %j is refused, and nothing is run", async (path, why) => {
  const files = () => ({ "main.js": "require('node:fs').writeFileSync('../started', '')", [path]: "x" });
  expect(await run("", { files })).toEqual([`The file ${JSON.stringify(path)} was not written: ${why}.`]);
  expect(await readdir(parent)).toEqual([]);
});

test("a path that is a folder and a file at once is refused", async () => {
  const files = () => ({ a: "x", "a/b": "y" });
  expect(await run("", { files })).toEqual([
    'The file "a/b" was not written: it cannot be written (EEXIST).',
  ]);
});

test("a link that leads out of the folder is not followed", async () => {
  await inFreshFolder(parent, async (folder) => {
    await symlink(parent, join(folder, "out"));
    await writeFile(join(parent, "target"), "before");
    await symlink(join(parent, "target"), join(folder, "link"));
    expect(await writeFiles(folder, { "out/x": "after" })).toEqual([
      'The file "out/x" was not written: it leads out of the folder.',
    ]);
    expect(await writeFiles(folder, { link: "after" })).toEqual([
      'The file "link" was not written: it cannot be written (EEXIST).',
    ]);
  });
  expect(await readFile(join(parent, "target"), "utf8")).toBe("before");
});

test("no path whatsoever writes outside of the folder", async () => {
  const part = fc.constantFrom("..", ".", "", "a", "b", "~", "\0", "\\", "C:", "...", "etc");
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      await inFreshFolder(parent, (folder) => writeFiles(folder, { [parts.join("/")]: "x" }));
      expect(await readdir(parent)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
