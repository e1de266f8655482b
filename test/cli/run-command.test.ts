import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { afterAll, expect, test } from "vitest";
import { planCommand } from "../../packages/cli/src/commands/plan.js";
import { runCommand } from "../../packages/cli/src/commands/run.js";
import { loadSettings } from "../../packages/cli/src/config/settings.js";
import { folder, surroundings } from "./support.js";

const task = (id: string, dependsOn: readonly string[] = []) => ({
  id,
  title: `Do ${id}`,
  brief: `All about ${id}.`,
  role: "worker",
  kind: "write",
  tier: "haiku",
  tierReason: "It is simple.",
  errorCost: "low",
  criteria: ["Is right."],
  dependsOn,
});

const found = (met: boolean) => ({
  criteria: [{ criterion: 0, met, finding: "Seen." }],
  problems: [],
  blame: "",
});

const plan = { tasks: [task("facts"), task("essay", ["facts"])], answer: "essay" };

const simulator = await startSimulator({
  world: scriptedWorld({
    plan,
    execute: {
      "*": { haiku: { output: "An output.\u001b[2J" }, sonnet: { output: "B" }, opus: { output: "C" } },
    },
    review: {
      facts: { haiku: found(false), "*": found(true) },
      doomed: { "*": found(false) },
      "*": { "*": found(true) },
    },
  }),
});
afterAll(() => simulator.close());

const UNKEPT = { store: false } as const;

const env = { ANTHROPIC_BASE_URL: simulator.url, ANTHROPIC_API_KEY: "sk-ant-secret-of-the-test" };

async function planFile(given: unknown): Promise<string> {
  const path = join(await folder(), "plan.json");
  await writeFile(path, JSON.stringify(given));
  return path;
}

test("a goal is pursued on the server that the environment names", async () => {
  const around = surroundings(env);
  expect(await runCommand("Write about bees.", UNKEPT, around)).toBe(0);
  expect(around.stderr.text).toContain("facts             escalates: haiku → sonnet");
  expect(around.stderr.text).toMatch(/All at opus +\$\d/);
});

test("the answer alone is on stdout, as it is for a program that reads it", async () => {
  const around = surroundings(env);
  await runCommand("Write about bees.", { ...UNKEPT, reporter: "silent" }, around);
  expect(around.stdout.text).toBe("An output.\u001b[2J\n");
  expect(around.stderr.text).toBe("");
});

test("with --reporter json stdout has one document, which says what the run came to", async () => {
  const around = surroundings(env);
  expect(await runCommand("Write about bees.", { ...UNKEPT, reporter: "json" }, around)).toBe(0);
  expect(around.stdout.lines).toHaveLength(1);
  expect(JSON.parse(around.stdout.text)).toMatchObject({
    type: "result",
    status: "completed",
    exitCode: 0,
    answer: "An output.\u001b[2J",
  });
  expect(around.stderr.text).toMatch(/^Run run_\S+, not kept\.\n$/);
});

test("with --summary-file what the run came to is written in Markdown, also when it is not complete", async () => {
  const path = join(await folder(), "summary.md");
  const options = { ...UNKEPT, reporter: "silent", summaryFile: path };
  expect(await runCommand("Write about bees.", options, surroundings(env))).toBe(0);
  expect(await readFile(path, "utf8")).toMatch(/^## Run `run_\S+`: completed\n/);
  expect(await runCommand("Write about bees.", { ...options, maxCalls: "1" }, surroundings(env))).toBe(4);
  expect(await readFile(path, "utf8")).toMatch(/^## Run `run_\S+`: paused \(budget\)\n/);

  const asked = simulator.requests.length;
  const wrong = { ...options, summaryFile: `${path}/x.md` };
  await expect(runCommand("Write about bees.", wrong, surroundings(env))).rejects.toThrow(
    "Expected --summary-file to be in a folder that is there",
  );
  expect(simulator.requests).toHaveLength(asked);
});

test("with --json stdout has the events and, last, the result", async () => {
  const around = surroundings(env);
  const before = simulator.bill.microUsd;
  expect(await runCommand("Write about bees.", { ...UNKEPT, json: true }, around)).toBe(0);
  const lines = around.stdout.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ seq }) => seq).slice(0, -1)).toEqual(lines.slice(0, -1).map((_, index) => index));
  expect(lines.at(-1)).toMatchObject({
    type: "result",
    status: "completed",
    message: null,
    exitCode: 0,
    answer: "An output.\u001b[2J",
    census: { tasks: 2, accepted: 2, escalated: 1, flagged: 0, failed: 0 },
    ledger: { usd: (simulator.bill.microUsd - before) / 1e6 },
  });
  expect(around.stderr.text).toMatch(/^Run run_[\w-]+, not kept\.\n$/);
});

test("a key never shows in what is printed", async () => {
  const around = surroundings(env);
  await runCommand("Repeat sk-ant-secret-of-the-test.", { ...UNKEPT, json: true }, around);
  expect(around.stdout.text).not.toContain("sk-ant-secret-of-the-test");
});

test("a server of one's own needs no key", async () => {
  const around = surroundings({ ANTHROPIC_BASE_URL: simulator.url });
  expect(await runCommand("Write about bees.", { ...UNKEPT, reporter: "silent" }, around)).toBe(0);
});

test("without a key or a server nothing starts, and the message says what is missing", async () => {
  await expect(runCommand("Write.", UNKEPT, surroundings())).rejects.toThrow(
    "There is no key for Claude: expected ANTHROPIC_API_KEY in the environment, or ANTHROPIC_BASE_URL for a server " +
      "of your own that speaks the Messages API, got neither. Set one of them; `terrace demo` needs none.",
  );
});

test("an address that is no URL is a mistake", async () => {
  await expect(runCommand("Write.", UNKEPT, surroundings({ ANTHROPIC_BASE_URL: "here" }))).rejects.toThrow(
    'Expected ANTHROPIC_BASE_URL to be a URL such as http://localhost:8080, got "here".',
  );
});

test("a run that waits for a person says for what, and exits with 5", async () => {
  const around = surroundings(env);
  const doomed = await planFile({ goal: "Try.", tasks: [task("doomed")], answer: "doomed" });
  expect(await runCommand(undefined, { ...UNKEPT, plan: doomed }, around)).toBe(5);
  expect(around.stdout.text).toBe("");
  expect(around.stderr.text).toMatch(
    /1 task waits for a person; 0 of 1 are accepted, and \$0\.\d+ is spent\.\n {2}doomed: /,
  );
  expect(around.stderr.lines.at(-1)).toBe(
    "Nothing of this run is kept, as --no-store asked: it cannot be resumed.",
  );
});

test("a plan that does not stand is a mistake, each in a line", async () => {
  const cycle = await planFile({ ...plan, tasks: [task("facts", ["essay"]), task("essay", ["facts"])] });
  await expect(runCommand(undefined, { ...UNKEPT, plan: cycle }, surroundings(env))).rejects.toMatchObject({
    code: "PLAN_INVALID",
    message: expect.stringContaining("PLAN_CYCLE"),
  });
});

test("a server that cannot be reached pauses the run, which exits with 1", async () => {
  const gone = await startSimulator({ world: { answer: () => ({ text: "" }) } });
  await gone.close();
  const around = surroundings({ ...env, ANTHROPIC_BASE_URL: gone.url });
  expect(await runCommand("Write.", { ...UNKEPT, json: true }, around)).toBe(1);
  expect(JSON.parse(around.stdout.lines.at(-1) ?? "")).toMatchObject({
    status: "paused",
    exitCode: 1,
    comparison: { usd: 0, allTop: { usd: 0 } },
  });
});

test("a plan can be asked for, read, and carried out", async () => {
  const around = surroundings(env);
  expect(await planCommand("Write about bees.", { json: true }, around)).toBe(0);
  const printed = JSON.parse(around.stdout.text) as typeof plan;
  expect(printed.tasks.map(({ id }) => id)).toEqual(["facts", "essay"]);
  const carried = surroundings(env);
  expect(await runCommand(undefined, { ...UNKEPT, plan: await planFile(printed), json: true }, carried)).toBe(
    0,
  );
});

test("a plan for people has each task's tier with its reason, and what it waits for", async () => {
  const around = surroundings(env);
  await planCommand("Write about bees.", {}, around);
  expect(around.stdout.text).toBe(
    [
      '2 tasks; "essay" gives the answer.',
      "",
      "facts  haiku   Do facts",
      "       It is simple.",
      "essay  haiku   Do essay",
      "       It is simple.",
      "       after facts",
      "",
    ].join("\n"),
  );
});

test("the environment can put another model on a tier", async () => {
  const { team } = await loadSettings(surroundings({ ANTHROPIC_DEFAULT_SONNET_MODEL: "my-model" }));
  expect(Object.values(team.models).map(({ model }) => model)).toEqual([
    "claude-haiku-5-5",
    "my-model",
    "claude-opus-5-5",
  ]);
});
