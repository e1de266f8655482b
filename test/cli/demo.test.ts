import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evolve, initialState, type RunEvent } from "@terrace/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type DemoResultLine,
  demoCommand,
  libraryText,
  NOTICE,
} from "../../packages/cli/src/commands/demo.js";
import { createPalette } from "../../packages/cli/src/text/palette.js";
import { summarize } from "../../packages/cli/src/text/summary.js";
import { bare, builtTerrace, COMMAND, type Ended, program, Screen, surroundings } from "./support.js";

/** An environment that would lead anything but the demo astray. */
const MISLEADING = {
  ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
  ANTHROPIC_AUTH_TOKEN: "not-a-token",
  ANTHROPIC_DEFAULT_HAIKU_MODEL: "not-a-model",
  ANTHROPIC_LOG: "debug",
};

/** Everything that the demos below leave behind. */
const root = await mkdtemp(join(tmpdir(), "terrace-test-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const out = (name: string): string => join(root, name);

let ended: Ended;
let events: readonly RunEvent[];
let result: DemoResultLine;

beforeAll(async () => {
  ended = await builtTerrace(["demo", "--json", "--out", out("json")], { env: { ...bare(), ...MISLEADING } });
  const lines = ended.stdout.trimEnd().split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as unknown);
  events = parsed.slice(0, -1) as RunEvent[];
  result = parsed.at(-1) as DemoResultLine;
}, 60_000);

test("demo --json prints the events in order, and the result last; nothing else is on stdout", () => {
  expect(ended.code).toBe(0);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  expect(events[0]?.type).toBe("run.submitted");
  expect(events.at(-1)?.type).toBe("run.completed");
  expect(result).toMatchObject({ type: "result", status: "completed", message: null, exitCode: 0 });
});

test("it says on stderr that the answers are scripted", () => {
  expect(ended.stderr).toBe(`${NOTICE}\n`);
});

test("the ledger is the simulator's bill, to the micro-dollar", () => {
  const { ledger, server } = result;
  expect(ledger.usd).toBe(server.billUsd);
  expect(ledger.calls).toBe(server.requests);
  expect(ledger.unpricedCalls).toBe(0);
  const sum = (lines: Readonly<Record<string, { readonly usd: number }>>) =>
    Object.values(lines).reduce((total, { usd }) => total + Math.round(usd * 1e6), 0);
  expect(sum(ledger.byTier)).toBe(Math.round(ledger.usd * 1e6));
  expect(sum(ledger.byRole)).toBe(Math.round(ledger.usd * 1e6));
});

test("calls were under way side by side, and never more than the lanes allow", () => {
  expect(result.server.maxInFlight).toBeGreaterThan(1);
  expect(result.server.maxInFlight).toBeLessThanOrEqual(6);
});

test("tasks rise from haiku to sonnet for failed tests, and from sonnet to opus for a review", () => {
  const rises = events.filter((event) => event.type === "task.escalated");
  const from = (tier: string) => rises.filter((rise) => rise.from === tier).map(({ taskId }) => taskId);
  expect(from("haiku").sort()).toEqual(["base64url", "csv", "dot-segments", "readme", "semver"]);
  expect(from("sonnet").sort()).toEqual(["csv", "json-pointer", "uri-reference"]);
  const rejected = events.filter((event) => event.type === "review.returned" && event.verdict === "rerun");
  expect(rejected.map((event) => "taskId" in event && event.taskId).sort()).toEqual(["csv", "json-pointer"]);
  expect(result.census).toMatchObject({ accepted: 15, escalated: 7, flagged: 0, failed: 0, attempts: 24 });
});

test("an answer in the wrong form is repaired at the same tier", () => {
  const repairs = events.filter((event) => event.type === "attempt.queued" && event.reason === "repair");
  expect(repairs).toMatchObject([{ taskId: "percent-encoding", attempt: 2, route: { tier: "haiku" } }]);
});

test("what all-Opus would have cost is told, net of planning, reviews and tiers that failed", () => {
  const cost = events.reduce(
    (sum, event) => sum + (event.type === "call.answered" ? (event.costMicroUsd ?? 0) : 0),
    0,
  );
  expect(cost).toBe(Math.round(result.ledger.usd * 1e6));
  const { allTop, usd, plannerUsd, acceptedUsd } = result.comparison;
  expect(usd).toBe(result.ledger.usd);
  // The plan alone costs more than routing thirteen small tasks saves; planned and reviewed as here, all-Opus is dearer.
  expect(allTop.savedUsd).toBeLessThan(0);
  expect(acceptedUsd).toBeLessThan(allTop.usd ?? 0);
  expect(plannerUsd).toBeGreaterThan((allTop.usd ?? 0) - acceptedUsd);
  expect(allTop.reviewedUsd).toBeGreaterThan(usd);
});

test("the finished library lies in a folder and passes its whole suite", async () => {
  const files = await readdir(result.artifacts);
  expect(files.filter((name) => name.endsWith(".mts"))).toHaveLength(14);
  expect(files).toContain("README.md");
  // All of them in one process: each test file has had its own before.
  const all = files.filter((name) => name.endsWith(".test.mjs"));
  const imports = all.map((name) => `await import("./${name}");`).join("\n");
  await writeFile(join(result.artifacts, "all.mjs"), imports);
  const suite = await program(process.execPath, ["--test-reporter=tap", "all.mjs"], {
    cwd: result.artifacts,
    env: bare(),
  });
  expect(all).toHaveLength(15);
  expect(suite.code).toBe(0);
  expect(suite.stdout).toMatch(new RegExp(`^# pass ${result.suite?.pass}$`, "m"));
  expect(result.suite).toMatchObject({ fail: 0 });
});

test("what the README shows of it is what it came to, to the cent, and what is said of the library is last", async () => {
  const [palette, state] = [createPalette(false), events.reduce(evolve, initialState())];
  const ledger = { ...result.ledger, compare: () => result.comparison };
  const shown = summarize({ state, log: events, ledger, census: result.census, palette });
  for (const line of await readmeLines()) expect(inWords(shown)).toContain(line);
  expect(shown).toMatch(
    /All at opus +\$\d\.\d{4} +this run: \+\$\d.*\n {2}planned and reviewed as here +\$\d\.\d{4} +this run: −\$/,
  );
  const { pass, tests } = result.suite ?? {};
  expect(pass).toBe(tests);
  expect(libraryText(result, palette)).toBe(
    `The library, tested once more as a whole: all ${pass} tests pass.\nIt lies in ${result.artifacts}\n`,
  );
});

test("with tests of the reader's own that no answer passes, the task is flagged and the demo, a tree that fits its terminal, exits with 5", async () => {
  const tests = await mkdtemp(join(root, "tests-"));
  await writeFile(
    join(tests, "luhn.test.mjs"),
    `import assert from "node:assert/strict";
import { test } from "node:test";
import { isLuhnValid } from "./luhn.mjs";
test("blanks are allowed", () => assert.equal(isLuhnValid("4111 1111 1111 1111"), true));
`,
  );
  const stdout = new Screen({ columns: 80, rows: 24 });
  const around = { ...surroundings({ NO_COLOR: "1" }), stdout };
  expect(await demoCommand({ tests, out: out("strict") }, around)).toBe(5);
  expect(stdout.lines[0]).toBe(NOTICE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor begins a frame
  const frames = stdout.text.split(/(?:\u001b\[\d*[A-Z])+/).filter((frame) => frame.includes("accepted"));
  expect(frames.length).toBeGreaterThan(10);
  for (const frame of frames.slice(0, -1)) expect(frame.split("\n").length).toBeLessThanOrEqual(24);
  expect(stdout.text).toMatch(/⚑ luhn +haiku→sonnet→opus +3 +low +flagged/);
  expect(stdout.text).toContain("1 task waits for a person; 12 of 15 are accepted");
  expect(stdout.text).toContain("  luhn: tests: 1 of 1 fail, first: blanks are allowed: ");
  expect(stdout.text.endsWith(`What was accepted lies in ${out("strict")}\n`)).toBe(true);
  expect(await readdir(out("strict"))).not.toContain("luhn.mts");
}, 60_000);

const inWords = (text: string): string => text.replace(/\s+/g, " ");

/** What the README shows of the demo; of a task without its cost, since any of those that share a cache may have to write it. */
async function readmeLines(): Promise<readonly string[]> {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, shown = ""] = /^```\n(✔[^`]+)```/m.exec(readme) ?? [];
  const lines = shown.split("\n").filter((line) => line.trim() !== "" && line !== "…");
  expect(lines.length).toBeGreaterThan(5);
  return lines.map((line) => inWords(line.startsWith("✔") ? line.replace(/\$[\d.]+$/, "") : line).trim());
}

test("a reader who has seen enough ends it without an error", async () => {
  const child = spawn(process.execPath, [COMMAND, "demo", "--out", out("pipe")], {
    env: bare(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(String(chunk)));
  const first = await new Promise<string>((resolve) =>
    child.stdout.once("data", (chunk: Buffer) => resolve(String(chunk))),
  );
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(first.split("\n")[0]).toBe(NOTICE);
  expect(code).toBe(0);
  expect(errors.join("")).toBe("");
});

test("Ctrl-C ends it at once, says what was spent, and exits with 130", async () => {
  const child = spawn(process.execPath, [COMMAND, "demo", "--out", out("interrupted")], {
    env: bare(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (!said.includes(" answers, ") && String(chunk).includes(" answers, ")) child.kill("SIGINT");
    said += String(chunk);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code).toBe(130);
  expect(said).toMatch(/was cancelled: Interrupted\. \(\d+ of 15 tasks accepted, 0\.\d+ USD spent\)\./);
});
