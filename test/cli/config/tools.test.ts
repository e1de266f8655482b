// Tools in a configuration: what there is for roles, who may have programs started, and what is refused.

import { describe, expect, test } from "vitest";
import { configJsonSchema } from "../../../packages/cli/src/config/config-schema.js";
import { toolsFor } from "../../../packages/cli/src/config/tools-for.js";
import { secretsOf } from "../../../packages/cli/src/runs/claude-client.js";
import { faultsIn, faultsOf, inFolder, settingsIn } from "./support.js";

const json = (config: unknown): Record<string, string> => ({ "terrace.config.json": JSON.stringify(config) });
const worker = (...tools: readonly string[]) => ({ worker: { tier: "haiku", tools } });
const GITHUB = { command: "github-server", args: ["--stdio"] };

/** The names of the tools that a run would have, or what is said instead. */
function had(settings: Parameters<typeof toolsFor>[0]): readonly string[] {
  try {
    return toolsFor(settings).flatMap((tool) => (tool.kind === "source" ? tool.families : [tool.name]));
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

describe("the tools of a configuration", () => {
  test("are functions, files, programs, servers and the provider's own; a role has those that it names", async () => {
    const code = `import { defineConfig } from "@terrace/cli";
import { defineTool } from "@terrace/agents";
import { z } from "zod";
export default defineConfig({
  tools: {
    files: { root: "." },
    command: { allow: ["git log"], approve: ({ args }) => args.includes("--all") },
    server: ["web_search"],
    functions: [defineTool({ name: "price", description: "A price.", input: z.object({ item: z.string() }), hasEffect: false, run: () => 9 })],
    mcp: { approve: { mcp__github: "always" }, timeoutMs: 5_000 },
  },
  mcpServers: { github: { command: "github-server" } },
  executors: { worker: { tier: "haiku", tools: ["price", "read_file", "mcp__github__search"], maxTurns: 4, effort: "low" } },
});`;
    const settings = await settingsIn({ "terrace.config.ts": code }, {}, { trustProject: true });

    expect(settings.tools.known).toEqual({
      names: ["list_files", "read_file", "search_files", "run_command", "web_search", "price"],
      families: ["mcp__github"],
      command: { name: "run_command", allow: ["git log"] },
    });
    expect(had(settings)).toEqual(
      [...settings.tools.known.names, "mcp__github"].sort((a, b) => order(a) - order(b)),
    );
    expect(settings.team.executors.worker).toMatchObject({
      tools: ["price", "read_file", "mcp__github__search"],
      maxTurns: 4,
      effort: "low",
    });
  });

  test("are none unless some are named", async () => {
    const settings = await settingsIn({});
    expect(had(settings)).toEqual([]);
    expect(settings.team.executors.worker?.tools).toBeUndefined();
  });

  test("are laid over one another place by place, each relative to its own file", async () => {
    const settings = await settingsIn({
      ...json({ extends: "./shared/base.json", tools: { server: ["web_fetch"] } }),
      "shared/base.json": JSON.stringify({ tools: { files: { root: "docs" }, server: ["web_search"] } }),
      "shared/docs/a.txt": "",
    });
    expect(had(settings)).toEqual(["list_files", "read_file", "search_files", "web_fetch"]);
    expect(settings.tools.places.map(({ path, from }) => `${path} ${from}`)).toEqual([
      "tools.files shared/base.json",
      "tools.server terrace.config.json",
    ]);
  });

  test("reach agent files, which name them as they are used to", async () => {
    const { agents, team } = await settingsIn({
      ...json({ agents: ["agents"], tools: { files: { root: "." } } }),
      "agents/reader.md":
        "---\nname: reader\ndescription: Reads.\ntools: Read, Grep, Write\neffort: low\n---\nYou read.\n",
    });
    expect(team.executors.reader).toMatchObject({ tools: ["read_file", "search_files"], effort: "low" });
    expect(agents.notes.map(({ line, text }) => `${line}: ${text}`)).toEqual([
      '4: "Write" is not granted: nothing here writes files: what a task makes is its output.',
    ]);
  });
});

/** Where each place stands when tools are made. */
const order = (name: string): number =>
  ["list_files", "read_file", "search_files", "run_command", "web_search", "price", "mcp__github"].indexOf(
    name,
  );

describe("what is refused", () => {
  test("a tool that there is not, with the one that was meant", async () => {
    const config = { tools: { files: { root: "." } }, mcpServers: { docs: GITHUB } };
    expect(
      await faultsOf({ ...config, executors: worker("raed_file", "mcp__doc__get", "mcp__docs__get") }),
    ).toEqual([
      'executors.worker.tools: there is no tool "raed_file". Did you mean "read_file"? There are "list_files", "read_file", "search_files", "mcp__docs".',
      'executors.worker.tools: there is no tool "mcp__doc__get". There are "list_files", "read_file", "search_files", "mcp__docs".',
    ]);
    expect(await faultsOf({ executors: worker("read_file") })).toEqual([
      'executors.worker.tools: there is no tool "read_file". The configuration has none: add `tools`, or remove it.',
    ]);
  });

  test("[C11] two tools, or two servers, of one name, wherever they are declared", async () => {
    const tool = (name: string) =>
      `{ kind: "local", name: "${name}", description: "", schema: {}, hasEffect: false, timeoutMs: 1, maxBytes: 1, read: () => {}, run: () => {} }`;
    const twins = `export default { tools: { files: { root: "." }, functions: [${tool("read_file")}, ${tool("mcp__docs__get")}] }, mcpServers: { docs: { command: "x" } } };`;
    expect(await faultsIn({ "terrace.config.mjs": twins })).toEqual([
      'terrace.config.mjs: tools.functions: expected each to have a name of its own, but the tool "read_file" is declared in tools.files (terrace.config.mjs) too. Rename or remove one.',
      'terrace.config.mjs: mcpServers.docs: expected each to have a name of its own, but the tool "mcp__docs" is declared in tools.functions (terrace.config.mjs) too. Rename or remove one.',
    ]);
    expect(
      await faultsIn({
        ...json({ tools: { mcp: { file: ".mcp.json" } }, mcpServers: { docs: GITHUB } }),
        ".mcp.json": JSON.stringify({ mcpServers: { docs: GITHUB } }),
      }),
    ).toEqual([
      'terrace.config.json: mcpServers.docs: expected each to have a name of its own, but the server "docs" is declared in tools.mcp (terrace.config.json) too. Rename or remove one.',
    ]);
  });

  test("what is not of the right form, with the path of each", async () => {
    expect(
      await faultsOf({
        tools: {
          files: {},
          command: { allow: [], approve: "sometimes" },
          server: ["shell"],
          functions: [{}],
          file: 1,
        },
        mcpServers: { docs: { args: [] } },
        executors: { worker: { tier: "haiku", maxTurns: 21 } },
      }),
    ).toEqual([
      "executors.worker.maxTurns: expected a whole number from 1 to 20, got 21.",
      "tools.files.root: expected a path of 1 to 4096 characters, got nothing. Add it.",
      "tools.command.allow: expected a list of 1 to 200, got [].",
      'tools.command.approve: expected one of "always", "once", or a function, got "sometimes".',
      'tools.server.0: expected one of "web_search", "web_fetch", "code_execution", got "shell".',
      "tools.functions.0: expected a tool, made with `defineTool`, got {}.",
      'tools.file: unknown key. Did you mean "files"?',
      "mcpServers.docs.command: expected a program of 1 to 4096 characters, got nothing. Add it.",
    ]);
    expect(await faultsOf({ tools: { mcp: { approve: { mcp__docs__get: "once" } } } })).toEqual([
      "tools.mcp.approve.mcp__docs__get: expected a tool of a server, or all of one; there are no servers.",
    ]);
    expect(await faultsOf({ tools: { mcp: { file: "nowhere.json" } } })).toEqual([
      expect.stringMatching(/^tools\.mcp\.file: The MCP configuration `".*nowhere\.json"` cannot be read\./),
    ]);
  });

  test("a root that is no folder and a program with a path, when a run needs them", async () => {
    const config = { tools: { files: { root: "nowhere" } } };
    expect(had(await settingsIn(json(config)))).toEqual([
      expect.stringMatching(
        /^terrace\.config\.json: tools\.files: Expected the `root` of `fileTools` to be a folder, got `".*nowhere"`\. Create it, or name another\.$/,
      ),
    ]);
    const path = { tools: { command: { allow: ["./run.sh"] } } };
    expect(had(await settingsIn(json(path), {}, { trustProject: true }))).toEqual([
      'terrace.config.json: tools.command: Expected each of `allow` to be a program on the path and its first arguments, such as "git log", got `"./run.sh"`.',
    ]);
  });

  test("functions in a file of data have no place in its schema", () => {
    const { properties } = configJsonSchema() as {
      readonly properties: { readonly tools: { readonly properties: object } };
    };
    expect(Object.keys(properties.tools.properties)).toEqual(["files", "command", "server", "mcp"]);
  });
});

test("what servers are given under secret names is known as such, so that it is neither recorded nor shown", async () => {
  const the = (name: string): string => `\u0024{${name}}`;
  const mcpServers = {
    a: {
      command: "x",
      args: ["--token", the("A_TOKEN")],
      env: { DB_PASSWORD: the("PASS:-fallback-pass"), MODE: "production" },
    },
    b: { type: "http", url: "https://example.com", headers: { Authorization: `Bearer ${the("B_KEY")}` } },
  };
  const env = { A_TOKEN: "token-of-a", B_KEY: "key-of-b", ANTHROPIC_API_KEY: "sk-ant-1234567890" };
  const trusted = await settingsIn(json({ mcpServers }), env, { trustProject: true });

  expect(secretsOf(trusted)).toEqual(["sk-ant-1234567890", "fallback-pass", "token-of-a", "key-of-b"]);
  expect(secretsOf(await settingsIn(json({ mcpServers }), env))).toEqual(["sk-ant-1234567890"]);
});

describe("[C06] a file of the working folder", () => {
  const config = {
    tools: { command: { allow: ["git log"] }, mcp: { file: ".mcp.json" }, files: { root: "/" } },
    mcpServers: { github: GITHUB },
  };
  const files = (...tools: readonly string[]) => ({
    ...json({ ...config, executors: worker(...tools) }),
    ".mcp.json": JSON.stringify({ mcpServers: { docs: GITHUB } }),
  });
  const told = (path: string, does: string) =>
    `terrace.config.json: ${path} ${does}, which a file of this folder may have done only when you trust it. If this folder ` +
    "is yours, run with --trust-project, or set TERRACE_TRUST_PROJECT=1. Otherwise take its tools from the role " +
    '"worker".';

  test.each<[string, string, string]>([
    ["run_command", "tools.command", "starts programs"],
    ["mcp__github__search", "mcpServers.github", "starts programs"],
    ["mcp__docs", "tools.mcp", "starts programs"],
    ["read_file", "tools.files", "reads files outside of this folder"],
  ])("has nothing done by %s unless the folder is trusted", async (tool, path, does) => {
    expect(had(await settingsIn(files(tool)))).toEqual([told(path, does)]);
    expect(had(await settingsIn(files(tool), { TERRACE_TRUST_PROJECT: "1" }))).toContain("run_command");
  });

  test("may hold what no role names, and then it is left out", async () => {
    const settings = await settingsIn(files());
    expect(had(settings)).toEqual([]);
    expect(settings.tools.servers).toEqual([]);
  });

  test("is not what the user's own file is, which is trusted", async () => {
    const around = await inFolder({
      "home/terrace/config.json": JSON.stringify(config).replace(/"mcp":[^}]*\},/, ""),
    });
    const settings = await settingsIn(json({ executors: worker("run_command", "mcp__github") }), {
      XDG_CONFIG_HOME: `${around.cwd}/home`,
    });
    expect(had(settings)).toEqual(["list_files", "read_file", "search_files", "run_command", "mcp__github"]);
  });
});
