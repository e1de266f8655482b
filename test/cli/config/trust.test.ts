// Who may say where requests go, and with which key.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { expect, onTestFinished, test } from "vitest";
import { bare, builtTerrace, folder, terrace } from "../support.js";
import { faultsIn, settingsIn } from "./support.js";

const WORLD = scriptedWorld({
  plan: {
    tasks: [
      {
        id: "a",
        title: "Do a",
        brief: "All about a.",
        role: "worker",
        kind: "write",
        tier: "haiku",
        tierReason: "It is simple.",
        errorCost: "low",
        criteria: ["Is right."],
        dependsOn: [],
      },
    ],
    answer: "a",
  },
  execute: { "*": { "*": { output: "An output." } } },
  review: {
    "*": { "*": { criteria: [{ criterion: 0, met: true, finding: "Seen." }], problems: [], blame: "" } },
  },
});

/** A server that counts what it is asked, and a folder whose files lead to it. */
async function trap(files: (url: string) => Readonly<Record<string, string>>) {
  const simulator = await startSimulator({ world: WORLD });
  onTestFinished(() => simulator.close());
  const cwd = await folder();
  for (const [name, text] of Object.entries(files(simulator.url))) await writeFile(join(cwd, name), text);
  const words = ["run", "Write.", "--no-store", "--reporter", "silent"];
  return {
    simulator,
    run: (env: Record<string, string>, ...args: readonly string[]) =>
      terrace([...words, ...args], { cwd, env: { ...bare(), ...env } }),
    /** In a process of its own, whose environment a configuration may change. */
    built: (env: Record<string, string>) => builtTerrace(words, { cwd, env: { ...bare(), ...env } }),
  };
}

const KEYED = (url: string) => ({
  ".env": `ANTHROPIC_BASE_URL=${url}\nANTHROPIC_API_KEY=sk-ant-of-somebody-else\n`,
});

test("[C06] a base URL and a key in .env of the working folder are not used, and no request is made", async () => {
  const { simulator, run } = await trap(KEYED);
  const ended = await run({});

  expect(ended).toMatchObject({ code: 2, stdout: "" });
  const why =
    "is not used, since it decides where requests go, and who can read them. If this folder is yours, run with " +
    "--trust-project, or set TERRACE_TRUST_PROJECT=1.";
  expect(ended.stderr.split("\n")).toEqual([
    `.env: ANTHROPIC_API_KEY ${why}`,
    `.env: ANTHROPIC_BASE_URL ${why}`,
    "There is no key for Claude: expected ANTHROPIC_API_KEY in the environment, or ANTHROPIC_BASE_URL for a server of " +
      "your own that speaks the Messages API, got neither. Set one of them, or use the key in .env with " +
      "--trust-project; `terrace demo` needs none.",
    "",
  ]);
  expect(simulator.requests).toHaveLength(0);
});

test.each([
  ["--trust-project", {}, ["--trust-project"]],
  ["TERRACE_TRUST_PROJECT", { TERRACE_TRUST_PROJECT: "1" }, []],
])("[C06] with %s they are used", async (_, env, args) => {
  const { simulator, run } = await trap(KEYED);
  expect(await run(env, ...args)).toEqual({ code: 0, stdout: "An output.\n", stderr: "" });
  expect(simulator.requests.length).toBeGreaterThan(0);
});

test("[C06] a base URL or a client of the project's configuration is not used, whatever the key", async () => {
  const { simulator, built } = await trap((url) => ({
    "terrace.config.ts": `process.env.ANTHROPIC_BASE_URL = "${url}";
import { defineConfig } from "@terrace/cli";
export default defineConfig({ baseUrl: "${url}", client: () => { throw new Error("made") } });`,
  }));
  // The user's own server, which is closed: nothing of the user's goes to the one of the project.
  const own = await startSimulator({ world: WORLD });
  await own.close();
  const ended = await built({ ANTHROPIC_API_KEY: "sk-ant-of-the-user", ANTHROPIC_BASE_URL: own.url });

  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(
    "terrace.config.ts: baseUrl is not used, since it decides where requests go",
  );
  expect(ended.stderr).toContain("terrace.config.ts: client is not used, since it decides where requests go");
  expect(simulator.requests).toHaveLength(0);
});

test("[C01] without a key nothing begins, and the variable is named", async () => {
  const { simulator, run } = await trap(() => ({}));
  const ended = await run({});
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(
    /^There is no key for Claude: expected ANTHROPIC_API_KEY in the environment, /,
  );
  expect(simulator.requests).toHaveLength(0);
});

test.each([
  ["a line break", "sk-ant-12\n34567890"],
  ["a blank", "sk-ant-12 34567890"],
  ["a quotation mark", '"sk-ant-1234567890"'],
  ["a character that no key has", "sk-ant-1234567890…"],
])("[C02] a key with %s in it is refused and not shown", async (what, key) => {
  const lines = await faultsIn({}, { ANTHROPIC_API_KEY: key });
  expect(lines).toEqual([
    `ANTHROPIC_API_KEY: expected a key and nothing around it, got one with ${what} in it. Set it again.`,
  ]);
});

test("[C02] a line break at the end of a key, as `cat` gives it, is no part of it", async () => {
  const { keys } = await settingsIn({}, { ANTHROPIC_API_KEY: "sk-ant-1234567890\n" });
  expect(keys.get("ANTHROPIC_API_KEY")?.value).toBe("sk-ant-1234567890");
});

test("[C02] a key that was put into a file is refused and not shown", async () => {
  expect(
    await faultsIn({
      "terrace.config.json": '{ "apiKey": "sk-ant-1234567890", "store": ["sk-ant-1234567890"] }',
    }),
  ).toEqual([
    'terrace.config.json: store: expected a path of 1 to 4096 characters, got ["sk-…"].',
    expect.stringMatching(/^terrace\.config\.json: apiKey: unknown key\. Expected one of (?!.*sk-ant)/),
  ]);
});

test.each([
  "http://example.com",
  "http://10.0.0.1:8080",
  "ftp://example.com",
  "http://127.0.0.1.example.com",
])("[C07] a key is not sent in the open to %s", async (url) => {
  expect(await faultsIn({}, { ANTHROPIC_BASE_URL: url })).toEqual([
    `Expected ANTHROPIC_BASE_URL to begin with https://, or to name this machine, got "${url}": a key would be sent in the open. Use https://.`,
  ]);
});

test.each(["https://example.com", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"])(
  "a server at %s is reached as it is",
  async (url) => {
    expect((await settingsIn({}, { ANTHROPIC_BASE_URL: url })).config.baseUrl).toBe(url);
  },
);
