// What a role says of its tools: how many turns it has, how hard it thinks, and families of tools by one name.
import { agentsOn, fileTools, knownTools, mcpTools, type Tool, type ToolSource } from "@terrace/agents";
import { checkInvariants, defineTeam } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../packages/agents/src/size-of.js";
import { soundTools } from "../../packages/agents/src/tools/mcp-tools.js";
import { asks, playTools, tool, use } from "./tooling.js";

const MODELS = { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" } as const;

/** A team whose worker says this of itself. */
const teamOf = (worker: object) =>
  defineTeam({
    models: MODELS,
    planner: { tier: "opus" },
    executors: { worker: { tier: "sonnet", tools: ["look"], ...worker } },
    reviewer: { auditShare: 0 },
  });

/** A place that has these tools of the family `mcp__box`. */
const box = (...tools: readonly string[]): ToolSource => ({
  kind: "source",
  name: "a box",
  families: ["mcp__box"],
  open: async () => tools.map((name) => tool({ name: `mcp__box__${name}` })),
  release: async () => {},
});

describe("a role with at most two turns", () => {
  test("is asked twice, the second time without tools", async () => {
    const turns = [asks(use("look"))];
    const { answer, simulator } = await playTools([tool()], turns, { team: teamOf({ maxTurns: 2 }) });
    const [first, second] = simulator.requests.map(({ body }) => body as Record<string, unknown>);

    expect(answer).toBe("done");
    expect(first?.tool_choice).toBeUndefined();
    expect(second?.tool_choice).toEqual({ type: "none" });
    expect(JSON.stringify(first?.system)).toContain(
      "You are asked at most 2 times, the last time without tools",
    );
  });

  test("fails the attempt when it asks on, and says how many it had", async () => {
    const turns = ["1", "2", "3", "4"].map((id) => asks(use("look", { id }, id)));
    const { run } = await playTools([tool()], turns, { team: teamOf({ maxTurns: 2 }) });

    expect(eventsOf(run.log, "attempt.failed")[0]?.fault).toMatchObject({
      code: "TOOL_TURNS",
      issues: ["Expected an answer after at most 1 turn with tools, got a call for another tool."],
    });
    expect(eventsOf(run.log, "tool.started").filter(({ attempt }) => attempt === 1)).toHaveLength(1);
  });

  test("is refused without tools, since then it would bound nothing", () => {
    expect(() => teamOf({ tools: [], maxTurns: 2 })).toThrow(
      "Expected `executors.worker.maxTurns` to stand beside tools, without which a role has one turn, got `2`. Remove it, or give the role `tools`.",
    );
  });

  test("is quoted for two turns", () => {
    const call = {
      purpose: "execute",
      goal: "",
      instructions: "",
      material: [],
      outputSchema: undefined,
    } as const;
    const route = { tier: "haiku", model: MODELS.haiku, effort: null };
    const turnsOf = (maxTurns?: number) =>
      sizeOf({ ...call, task: null, route, tools: ["look"], ...(maxTurns && { maxTurns }) }).turns;

    expect(turnsOf(2)).toEqual({ least: 1, likely: 2, most: 2 });
    expect(turnsOf()).toEqual({ least: 1, likely: 3, most: 20 });
  });
});

test("the effort of a role goes with it to each of its tiers, and not to its reviewer", async () => {
  const unfit = { criteria: [{ criterion: 0, met: false, finding: "No." }], problems: [], blame: "" };
  const { run } = await playTools([tool()], [], {
    team: teamOf({ effort: "high" }),
    script: { execute: { a: { "*": { output: "done" } } }, review: { "*": { "*": unfit } } },
  });

  expect(eventsOf(run.log, "attempt.queued").map(({ route }) => [route.tier, route.effort])).toEqual([
    ["haiku", "high"],
    ["sonnet", "high"],
    ["opus", "high"],
  ]);
  expect(eventsOf(run.log, "review.queued").map(({ route }) => route.effort)).toEqual([null]);
});

test("an effort of a role is refused where tiers differ in nothing else", () => {
  const tiers = {
    low: { model: "m", effort: "low" },
    high: { model: "m", effort: "high" },
    top: "n",
  } as const;
  const declare = (worker: object) => () =>
    defineTeam<string>({
      ladder: ["low", "high", "top"],
      models: tiers,
      planner: { tier: "top" },
      executors: { worker: { tier: "high", effort: "max", ...worker } },
    });

  expect(declare({})).toThrow(
    'Expected `executors.worker.effort` to be left to the tiers, since "low", "high" differ in nothing else, got `"max"`. Remove it.',
  );
  expect(declare({ minTier: "high" })).not.toThrow();
});

describe("all tools of a family, by its name,", () => {
  test("are granted to whoever names it, and each may be used", async () => {
    const turns = [asks(use("mcp__box__open"), use("mcp__boxer__open", {}, "2"))];
    const { run, shown, simulator } = await playTools([box("open", "shut"), tool()], turns, {
      names: ["mcp__box"],
    });
    const { tools: offered } = (simulator.requests[0]?.body ?? {}) as {
      readonly tools: readonly { name: string }[];
    };

    expect(offered.map(({ name }) => name)).toEqual(["mcp__box__open", "mcp__box__shut"]);
    expect(shown[0]).toMatchObject([{ content: "found" }, { isError: true }]);
    expect(eventsOf(run.log, "tool.started").map((event) => event.tool)).toEqual(["mcp__box__open"]);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("are not granted with one of them", async () => {
    const { simulator } = await playTools([box("open", "shut")], [], { names: ["mcp__box__shut"] });
    expect(JSON.stringify(simulator.requests[0]?.body)).not.toContain("mcp__box__open");
  });

  test("are known by it before anybody asks for them", () => {
    expect(knownTools([...fileTools({ root: "." }), box("open")])).toEqual({
      names: ["list_files", "read_file", "search_files"],
      families: ["mcp__box"],
      command: null,
    });
  });
});

describe("[C11] two tools of one name are refused before anything is asked,", () => {
  const model = { ask: () => Promise.reject(new Error("asked")) };
  const servers = (...names: readonly string[]) =>
    mcpTools({ mcpServers: Object.fromEntries(names.map((name) => [name, { command: "nothing" }])) });

  test.each<[string, readonly Tool[], string]>([
    ["two functions", [tool(), tool()], '"look"'],
    [
      "a function and one that reads files",
      [tool({ name: "read_file" }), ...fileTools({ root: "." })],
      '"read_file"',
    ],
    ["a server of one name in two places", [servers("a", "b"), servers("b")], '"mcp__b"'],
    ["a function and a server's", [servers("a"), tool({ name: "mcp__a__look" })], '"mcp__a__look"'],
  ])("%s", (_, tools, name) => {
    expect(() => agentsOn(model, { tools })).toThrow(
      `Expected \`tools\` to have a name for each, got ${name} twice. Rename one.`,
    );
  });

  test("two of one server that come to one name", () => {
    const offered = ["read.file", "read file"].map((name) => ({
      name,
      inputSchema: { type: "object" as const },
    }));
    expect(() => soundTools("fs", offered)).toThrow(
      'Expected each tool of the MCP server "fs" to have a name of its own, but "read.file" and "read file" are both "mcp__fs__read_file" to a model. Rename one there, or leave the server out.',
    );
  });
});
