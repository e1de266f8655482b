import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { expect, onTestFinished, test } from "vitest";
import { agentsCommand } from "../../packages/cli/src/commands/agents.js";
import { doctorCommand } from "../../packages/cli/src/commands/doctor.js";
import { inFolder } from "./config/support.js";

const KEY = "sk-ant-secret-of-the-test";

async function server(): Promise<string> {
  const simulator = await startSimulator({ world: scriptedWorld({ plan: {}, execute: {}, review: {} }) });
  onTestFinished(() => simulator.close());
  return simulator.url;
}

interface Report {
  readonly ok: boolean;
  readonly values: readonly { readonly name: string; readonly value: string; readonly from: string }[];
  readonly checks: readonly { readonly name: string; readonly status: string; readonly text: string }[];
}

/** What `doctor --json` says in a folder with these files. */
async function doctor(...[files, env, options]: [Record<string, string>, Record<string, string>, object?]) {
  const around = await inFolder(files, env);
  const store = join(around.cwd, "kept.db");
  const code = await doctorCommand({ json: true, store, ...options }, around);
  const report = JSON.parse(around.stdout.text) as Report;
  return {
    code,
    ...report,
    text: around.stdout.text,
    wrong: report.checks.filter(({ status }) => status !== "ok"),
  };
}

test("each value is shown with where it comes from, and everything in order exits with 0", async () => {
  const url = await server();
  const { code, ok, values, wrong } = await doctor(
    {
      "terrace.config.json": '{ "concurrency": 3, "budget": { "hardUsd": 2 } }',
      ".env": "TERRACE_URGENCY=batch",
    },
    { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY, ANTHROPIC_DEFAULT_OPUS_MODEL: "claude-opus-5-5" },
  );

  expect(wrong).toEqual([]);
  expect([code, ok]).toEqual([0, true]);
  const from = Object.fromEntries(
    values.map(({ name, value, from: source }) => [name, `${value} | ${source}`]),
  );
  expect(from).toMatchObject({
    preset: "worker | default",
    baseUrl: `${url} | ANTHROPIC_BASE_URL`,
    ANTHROPIC_API_KEY: `set, ${KEY.length} characters | environment`,
    "models.haiku": "claude-haiku-5-5 | default",
    "models.opus": "claude-opus-5-5 | ANTHROPIC_DEFAULT_OPUS_MODEL",
    "executors.worker": "starts at haiku | default",
    concurrency: "3 | terrace.config.json",
    "budget.hardUsd": "2 | terrace.config.json",
    urgency: "batch | TERRACE_URGENCY (.env)",
    store: expect.stringMatching(/kept\.db \| --store$/),
  });
});

test("a key is never shown, not even when a file repeats it", async () => {
  const { text } = await doctor(
    { "terrace.config.json": `{ "models": { "haiku": "${KEY}" } }` },
    { ANTHROPIC_API_KEY: KEY },
    { offline: true },
  );
  expect(text).not.toContain(KEY);
});

test("a model that the provider has not got, and one without a price, are told apart", async () => {
  const { code, wrong } = await doctor(
    { "terrace.config.json": '{ "models": { "haiku": "claude-haiku-99" } }' },
    { ANTHROPIC_BASE_URL: await server() },
  );
  expect(code).toBe(2);
  expect(wrong).toEqual([
    {
      name: "models",
      status: "error",
      text: 'the provider has no model "claude-haiku-99". Name another in `models`.',
    },
    {
      name: "prices",
      status: "warning",
      text: '"claude-haiku-99" has no known price: its calls count as unpriced. Add a row to `prices`.',
    },
  ]);
});

test("a configuration that is wrong, a key that is missing and a file that is no role are each an error", async () => {
  expect(await doctor({ "terrace.config.json": '{ "concurency": 1 }' }, {})).toMatchObject({
    code: 2,
    ok: false,
    wrong: [
      {
        name: "configuration",
        status: "error",
        text: 'terrace.config.json: concurency: unknown key. Did you mean "concurrency"?',
      },
    ],
  });
  const { code, wrong } = await doctor(
    {
      "terrace.config.json": '{ "agents": ["agents"] }',
      "agents/empty.md": "---\nname: empty\ncolor: red\n---\n",
    },
    {},
  );
  expect(code).toBe(2);
  expect(wrong.map(({ name, status, text }) => [name, status, text.slice(0, 30)])).toEqual([
    ["key", "error", "There is no key for Claude: ex"],
    ["roles", "error", "agents/empty.md:5: has no inst"],
    ["roles", "warning", "2 warnings; see `terrace agent"],
  ]);
});

test("what Bedrock does not promise is told", async () => {
  const { wrong } = await doctor(
    { "terrace.config.json": '{ "provider": "bedrock", "models": { "sonnet": "s", "opus": "o" } }' },
    {},
    { offline: true },
  );
  expect(wrong.map(({ name, status }) => [name, status])).toEqual([
    ["key", "error"],
    ["prices", "warning"],
    ["prices", "warning"],
    ["prices", "warning"],
    ["provider", "warning"],
  ]);
});

test("[C08] a store that is a folder, a link, a file of something else or out of reach is told before a run needs it", async () => {
  const around = await inFolder(
    { "text.db": "Not a database.", "file/there": "" },
    { ANTHROPIC_API_KEY: KEY },
  );
  await mkdir(join(around.cwd, "folder.db"));
  await writeFile(join(around.cwd, "real.db"), "");
  await symlink(join(around.cwd, "real.db"), join(around.cwd, "link.db"));
  const said = async (name: string): Promise<string> => {
    const here = await inFolder({}, { ANTHROPIC_API_KEY: KEY });
    const code = await doctorCommand({ json: true, offline: true, store: join(around.cwd, name) }, here);
    const { checks } = JSON.parse(here.stdout.text) as Report;
    const { status, text } = checks.find(({ name: check }) => check === "store") ?? { status: "", text: "" };
    return `${code} ${status} ${text.replaceAll(around.cwd, "")}`;
  };
  expect(await said("folder.db")).toMatch(
    /^2 error The store .* a folder is there, expected a file \(EISDIR.*\)\. /,
  );
  expect(await said("link.db")).toBe(
    '2 error The store "/link.db" cannot be used: it is a link (ELOOP), expected a file. Name the file itself.',
  );
  expect(await said("text.db")).toMatch(/^2 error The store .* the file is no database/);
  expect(await said("file/there/run.db")).toMatch(
    /^2 error The store cannot be made: ".*" is a file and no folder\./,
  );
  expect(await said("new/run.db")).toBe("0 ok /new/run.db, made by the first run");
});

test("for people it is a table, then a line for each check", async () => {
  const around = await inFolder({}, { ANTHROPIC_API_KEY: KEY, NO_COLOR: "1" });
  expect(await doctorCommand({ offline: true, store: join(around.cwd, "kept.db") }, around)).toBe(0);
  expect(around.stdout.text).toMatch(/^value +is +from *\npreset +worker +default *\n/);
  expect(around.stdout.text).toMatch(
    /\n✔ key {12}ANTHROPIC_API_KEY\n✔ prices {9}known for every model, as of \S+ or later\n/,
  );
});

test("agents lists every role with its tiers, model and source, and what has no effect in a file", async () => {
  const around = await inFolder(
    {
      "terrace.config.json": '{ "preset": "opusplan", "agents": [".claude/agents"] }',
      ".claude/agents/auditor.md":
        "---\nname: auditor\ndescription: Audits.\nmodel: opus\ncolor: red\nterrace: { minTier: opus }\n---\nYou audit.\n",
    },
    { NO_COLOR: "1" },
  );
  expect(await agentsCommand({}, around)).toBe(0);
  expect(around.stdout.lines.map((line) => line.trimEnd())).toEqual([
    "role                 starts at  up to  model              tools  from",
    "planner              opus       –      claude-opus-5-5    –      default",
    "worker               sonnet     opus   claude-sonnet-5-5  –      preset opusplan",
    "auditor              opus       opus   claude-opus-5-5    –      .claude/agents/auditor.md",
    "reviewer (balanced)  –          –      –                  –      default",
  ]);
  expect(around.stderr.lines).toEqual([
    'warning: .claude/agents/auditor.md:5: "color" is not supported: the screen colours tiers.',
  ]);
});

test("agents --json has a role a line, then the notes; a file that is no role exits with 2", async () => {
  const around = await inFolder({
    "terrace.config.json": '{ "agents": ["agents"] }',
    "agents/good.md": "---\nname: good\ndescription: Is good.\n---\nYou are good.\n",
    "agents/bad.md": "---\nname: bad\ndescription: Is not.\n---\n{{fill}}\n",
  });
  expect(await agentsCommand({ json: true }, around)).toBe(2);
  const lines = around.stdout.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ type, name, file, line, severity }) => ({ type, name, file, line, severity }))).toEqual(
    [
      { type: "role", name: "planner" },
      { type: "role", name: "good" },
      { type: "role", name: "reviewer (balanced)" },
      { type: "note", file: "agents/bad.md", line: 5, severity: "error" },
    ],
  );
});

test("[C08] a store of another user, or one that may not be written, is refused", async () => {
  const around = await inFolder({ "kept.db": "" }, { ANTHROPIC_API_KEY: KEY });
  const path = join(around.cwd, "kept.db");
  // Whoever is root may write anything, but not as somebody else.
  if (process.getuid?.() === 0) await (await import("node:fs/promises")).chown(path, 12_345, 12_345);
  else await chmod(path, 0o400);
  expect(await doctorCommand({ json: true, offline: true, store: path }, around)).toBe(2);
  expect(around.stdout.text).toMatch(
    /cannot be used: (it belongs to another user \(EPERM: user 12345|this user may not write)/,
  );
});
