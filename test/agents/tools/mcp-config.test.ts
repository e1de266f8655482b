import { type McpConfig, mcpTools } from "@terrace/agents";
import { describe, expect, test } from "vitest";
import { readMcpConfig } from "../../../packages/agents/src/tools/mcp-config.js";
import { issuesOf } from "../../core/support.js";

/** A variable, as a configuration writes it. */
const the = (name: string): string => `\${${name}}`;
const env = { HOME: "/home/ana", TOKEN: "very-secret-token" };
const read = (mcpServers: object) => Object.fromEntries(readMcpConfig({ mcpServers } as McpConfig, env));
const wrongWith = (mcpServers: object) => issuesOf(() => read(mcpServers));

test("variables are filled in wherever a text stands, with a default where there is one", () => {
  expect(
    read({
      files: {
        command: `${the("HOME")}/server`,
        args: [`--at=${the("HOME")}`, `${the("PORT:-80")}`, "$HOME"],
        env: { T: `${the("TOKEN")}` },
      },
      far: {
        type: "http",
        url: `https://example.com/${the("NO:-")}mcp`,
        headers: { authorization: `Bearer ${the("TOKEN")}` },
      },
    }),
  ).toEqual({
    files: {
      command: "/home/ana/server",
      args: ["--at=/home/ana", "80", "$HOME"],
      env: { T: "very-secret-token" },
    },
    far: {
      type: "http",
      url: "https://example.com/mcp",
      headers: { authorization: "Bearer very-secret-token" },
    },
  });
});

describe("a configuration is refused", () => {
  test.each<[string, object, string]>([
    [
      "whose variables nobody set",
      { a: { command: `${the("NOBODY")}`, args: [`${the("NEITHER")}`] } },
      `mcpServers.a: the environment does not have "NOBODY", "NEITHER"; set it, or write ${the("NAME:-default")}`,
    ],
    [
      "with a key that is none",
      { a: { command: "x", comand: "y" } },
      'mcpServers.a.the server: Unrecognized key: "comand"',
    ],
    ["without a command", { a: {} }, "mcpServers.a.command: expected string, got undefined"],
    [
      "with an older transport",
      { a: { type: "sse", url: "https://x" } },
      'mcpServers.a.type: "sse" is not supported; use "http", if the server can',
    ],
    [
      "with an address in the open",
      { a: { type: "http", url: "http://example.com" } },
      "mcpServers.a.url: expected https://, since what is sent there could be read on the way",
    ],
    ["with no address", { a: { type: "http", url: "somewhere" } }, "mcpServers.a.url: expected an address"],
    [
      "with a name that tools could not have",
      { a__b: { command: "x" } },
      "mcpServers.a__b: expected a name of letters, digits, - and single _, at most 64",
    ],
  ])("%s", (_, servers, issue) => {
    expect(wrongWith(servers)).toEqual([`Expected the MCP configuration to be valid, but ${issue}.`]);
  });

  test("and never with a value that was filled in", () => {
    const issues = wrongWith({ a: { type: "http", url: `http://${the("TOKEN")}.example.com`, headers: {} } });
    expect(JSON.stringify(issues)).not.toContain("very-secret-token");
  });

  test("when its file is not there, or no JSON", () => {
    expect(issuesOf(() => mcpTools("/nowhere/.mcp.json"))).toEqual([
      'The MCP configuration `"/nowhere/.mcp.json"` cannot be read. Correct it, or give `mcpTools` another path.',
    ]);
    expect(issuesOf(() => mcpTools(new URL("mcp-config.test.ts", import.meta.url).pathname))).toEqual([
      expect.stringContaining("is no JSON."),
    ]);
  });
});
