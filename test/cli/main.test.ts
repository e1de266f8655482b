import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bare, builtTerrace, COMMAND, program, terrace } from "./support.js";

test("help names the commands, and the guide names every one of them", async () => {
  const { code, stdout } = await terrace(["--help"]);
  expect(code).toBe(0);
  const listed = [...stdout.slice(stdout.indexOf("Commands:")).matchAll(/^ {2}([a-z]+) /gm)].map(
    ([, name]) => name,
  );
  const guide = await readFile(new URL("../../docs/command.md", import.meta.url), "utf8");
  const named = [...guide.matchAll(/^\| ((?:`[a-z]+`(?:, )?)+)/gm)].flatMap(([, names = ""]) =>
    names.match(/[a-z]+/g),
  );
  expect(listed.length).toBeGreaterThan(20);
  expect([...named].sort()).toEqual(listed.filter((name) => name !== "help").sort());
});

test("the version is on stdout", async () => {
  expect(await terrace(["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n" });
});

test.each([
  ["an unknown command", ["frobnicate"], "error: unknown command 'frobnicate'"],
  ["an unknown option", ["run", "Write.", "--fast"], "error: unknown option '--fast'"],
  [
    "no goal",
    ["run"],
    'Expected a goal, got none. Write it after the command, in quotes: terrace run "<goal>".',
  ],
  ["a number of runs that is none", ["runs", "--limit", "0"], "Expected --limit to be a whole number"],
  [
    "no key",
    ["run", "Write.", "--no-store"],
    "There is no key for Claude: expected ANTHROPIC_API_KEY in the environment",
  ],
  ["no key for a plan", ["plan", "Write."], "There is no key for Claude"],
  ["a budget that is none", ["run", "Write.", "--budget-usd", "0"], "Expected --budget-usd to be an amount"],
  ["calls that are no number", ["resume", "r", "--max-calls", "x"], "Expected --max-calls to be a whole"],
  [
    "a way to end that is none",
    ["run", "Write.", "--on-exceed", "explode"],
    "Expected --on-exceed to be one",
  ],
  ["a price to approve that is none", ["run", "Write.", "--approve-above-usd", "x"], "US dollars from 0 and"],
  ["a time that is none", ["run", "Write.", "--urgency", "soon"], "Expected --urgency to be one of"],
  ["a quote of nothing", ["quote"], "error: required option '--plan <path>' not specified"],
  ["a reporter that does not exist", ["demo", "--reporter", "fancy"], "Expected --reporter to be one of"],
  ["a folder without tests", ["demo", "--tests", "/no/such"], "No test file in /no/such"],
  ["a folder that holds files", ["demo", "--out", "/"], "Expected --out to name an empty folder"],
  ["a number that is none", ["demo", "--concurrency", "x"], "Expected --concurrency to be a whole number"],
])("%s exits with 2, says so in a line, and shows no stack", async (_, args, message) => {
  const { code, stdout, stderr } = await terrace(args);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ +at /m);
});

test.each(["18.20.4", "20.18.9"])("[C10] on Node %s one line says that it is too old", async (version) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"${version}"})`;
  expect(await program(process.execPath, ["--import", pretend, COMMAND, "demo"], { env: bare() })).toEqual({
    code: 2,
    stdout: "",
    stderr: `Terrace needs Node 20.19 or later, and this is ${version}. Install a newer one: https://nodejs.org.\n`,
  });
});

test("[C10] the door of the command is the one that is published, and passes on to the command", async () => {
  const { bin } = JSON.parse(await readFile("packages/cli/package.json", "utf8")) as {
    bin: { terrace: string };
  };
  expect(join(process.cwd(), "packages/cli", bin.terrace)).toBe(COMMAND);
  expect(await builtTerrace(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  expect(await builtTerrace(["frobnicate"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: unknown command 'frobnicate'\n(terrace --help shows what there is)\n",
  });
});

test("a pipe that closes at once is no error", async () => {
  const { stderr } = await program("sh", ["-c", `"${process.execPath}" "${COMMAND}" --help | true`]);
  expect(stderr).toBe("");
});
