// What `terrace doctor` and `terrace agents` say of tools: where each is set, whether it can be had, and who has it.

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { agentsCommand } from "../../packages/cli/src/commands/agents.js";
import { doctorCommand } from "../../packages/cli/src/commands/doctor.js";
import { inFolder } from "./config/support.js";

const EVERYTHING = fileURLToPath(
  new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);

const json = (config: object): Record<string, string> => ({ "terrace.config.json": JSON.stringify(config) });

interface Line {
  readonly name: string;
  readonly status?: string;
  readonly text?: string;
  readonly value?: string;
  readonly from?: string;
}

/** What doctor says of tools, servers and roles, offline. */
async function doctor(config: object, trustProject: boolean, files: Record<string, string> = {}) {
  const around = await inFolder(
    { ...json(config), ...files },
    { ANTHROPIC_API_KEY: "sk-ant-secret-of-the-test", TOKEN: "a-secret-token" },
    { trustProject },
  );
  const code = await doctorCommand({ json: true, offline: true, store: `${around.cwd}/kept.db` }, around);
  const { text } = around.stdout;
  const { values, checks } = JSON.parse(text) as {
    readonly values: readonly Line[];
    readonly checks: readonly Line[];
  };
  const said = checks.filter(({ name }) => name === "tools" || name === "servers");
  return {
    code,
    text,
    values: values.map(({ name, value, from }) => `${name}: ${value} | ${from}`),
    lines: said.map((line) => `${line.status} ${line.name}: ${line.text}`),
  };
}

const CONFIG = {
  tools: { files: { root: "." }, command: { allow: ["git log", "git show"] }, server: ["web_search"] },
  mcpServers: {
    all: { command: process.execPath, args: [EVERYTHING] },
    gone: { command: "/nowhere/server", env: { TOKEN: "\u0024{TOKEN}" } },
    far: { type: "http", url: "https://example.com/mcp?key=secret" },
  },
  executors: {
    worker: {
      tier: "haiku",
      tools: ["read_file", "mcp__all__echo", "mcp__all__get-smu"],
      maxTurns: 3,
      effort: "low",
    },
  },
};

test("each place of tools is shown with its origin; servers are asked for their tools, and those of roles looked for", async () => {
  const { code, values, lines, text } = await doctor(CONFIG, true);

  expect(code).toBe(2);
  expect(values).toEqual(
    expect.arrayContaining([
      "executors.worker: starts at haiku; tools read_file, mcp__all__echo, mcp__all__get-smu; 3 turns; low effort | terrace.config.json",
      "tools.files: . | terrace.config.json",
      "tools.command: git log, git show | terrace.config.json",
      "tools.server: web_search | terrace.config.json",
      "mcpServers.gone: /nowhere/server | terrace.config.json",
      "mcpServers.far: https://example.com | terrace.config.json",
    ]),
  );
  expect(lines).toEqual([
    "ok tools: list_files, read_file, search_files, run_command, web_search",
    expect.stringMatching(/^ok servers: all: \d+ tools: mcp__all__echo, /),
    'error servers: The MCP server "gone" could not be started: "spawn /nowhere/server ENOENT". Check its `command`, `args` and `env`.',
    'error servers: the role "worker" has the tool "mcp__all__get-smu", which its server does not offer. Did you mean "mcp__all__get-sum"?',
  ]);
  expect(text).not.toMatch(/a-secret-token|key=secret/);
});

test("in a folder that is not trusted no server is started, and what would be is told", async () => {
  const { code, lines } = await doctor(CONFIG, false);
  const why =
    "starts programs, which a file of this folder may have done only when you trust it. If this folder is yours, run with " +
    "--trust-project, or set TERRACE_TRUST_PROJECT=1.";

  expect(code).toBe(2);
  expect(lines).toEqual([
    "ok tools: list_files, read_file, search_files, web_search",
    `warning tools: terrace.config.json: tools.command ${why}`,
    `error tools: terrace.config.json: mcpServers.all ${why}`,
    `warning tools: terrace.config.json: mcpServers.gone ${why}`,
    `warning tools: terrace.config.json: mcpServers.far ${why}`,
  ]);
});

test("what cannot be made, or read, is an error", async () => {
  const mcpServers = { docs: { command: "x", env: { KEY: "\u0024{NOWHERE_SET}" } } };
  const { lines } = await doctor({ tools: { files: { root: "nowhere" } }, mcpServers }, true);
  const missing = 'mcpServers.docs: the environment does not have "NOWHERE_SET"';
  expect(lines).toEqual([
    expect.stringMatching(
      /^error tools: terrace\.config\.json: tools\.files: Expected the `root` of `fileTools` to be a folder/,
    ),
    expect.stringContaining(`error servers: Expected the MCP configuration to be valid, but ${missing}`),
  ]);
});

test("keys in a file that executors can read are a warning", async () => {
  const { lines } = await doctor({ tools: { files: { root: "." } } }, false, { ".env": "KEY=1" });
  expect(lines[1]).toBe(
    "warning tools: executors can read .env, which is in the root of `tools.files`. Name a folder without it.",
  );
});

test("agents lists the tools of each role, and what a file names and does not get", async () => {
  const files = {
    ...json({ agents: ["agents"], tools: { files: { root: "." } } }),
    "agents/reader.md":
      "---\nname: reader\ndescription: Reads.\ntools: Read, Bash\nmaxTurns: 4\n---\nYou read.\n",
  };
  const around = await inFolder(files, { NO_COLOR: "1" });
  expect(await agentsCommand({}, around)).toBe(0);
  expect(around.stdout.text).toMatch(
    /^reader +haiku +opus +claude-haiku-5-5 +read_file +agents\/reader\.md$/m,
  );
  expect(around.stderr.lines).toEqual([
    'warning: agents/reader.md:4: "Bash" is not granted: the configuration does not have tools.command.',
  ]);

  const data = await inFolder(files);
  await agentsCommand({ json: true }, data);
  const roles = data.stdout.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(roles.find(({ name }) => name === "reader")).toMatchObject({
    tools: ["read_file"],
    maxTurns: 4,
    effort: null,
  });
});
