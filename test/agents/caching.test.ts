// The prompt cache, by the simulator's own accounting.
import { createOrchestrator, defineTeam } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { type Simulator, scriptedWorld } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { type AnthropicClientOptions, anthropicClient } from "../../packages/agents/src/anthropic-client.js";
import { claudeAgents } from "../../packages/agents/src/claude-agents.js";
import { simulate } from "../simulator/support.js";
import { journal, meet, PARIS, question, STREAMED, stage } from "./client-support.js";

const TASKS = 60;

const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku", instructions: "You work." } },
  reviewer: { policy: () => "sonnet", auditShare: 0 },
});

/** Sixty tasks of one role that need one another's output in nothing, all at once, over real HTTP. */
async function fanOut(options: AnthropicClientOptions): Promise<Simulator> {
  const world = scriptedWorld({
    execute: { "*": { "*": { output: "done" } } },
    review: { "*": { "*": { criteria: [], problems: [], blame: "" } } },
  });
  const { simulator, client } = await simulate({ world, latency: 20 });
  const orchestrator = createOrchestrator({
    team,
    agents: claudeAgents({ client, ...options }),
    concurrency: TASKS,
  });
  const tasks = Object.fromEntries(Array.from({ length: TASKS }, (_, index) => [`t${index}`, {}]));
  const { census } = await orchestrator.submit(planOf(tasks)).result();
  expect(census.accepted).toBe(TASKS);
  return simulator;
}

/** Of the calls of one model: how many wrote the shared prefix, and the share of its tokens that were read. */
function cacheOf({ bill }: Simulator, model: string) {
  const calls = bill.calls.filter((call) => call.model === model);
  const written = calls.reduce((sum, call) => sum + call.cacheWrite5mTokens, 0);
  const read = calls.reduce((sum, call) => sum + call.cacheReadTokens, 0);
  const writes = calls.filter((call) => call.cacheWrite5mTokens > 0).length;
  return { calls: calls.length, writes, readShare: read / (read + written) };
}

describe("A fan-out of 60 tasks of one role into a cold cache", () => {
  test("writes the shared prefix once, and reads it 59 times", async () => {
    const simulator = await fanOut({});

    for (const model of ["claude-haiku-5-5", "claude-sonnet-5-5"]) {
      expect(cacheOf(simulator, model)).toEqual({ calls: 60, writes: 1, readShare: 59 / 60 });
    }
  });

  test("writes it again with each call that leaves before the first is answered, when none waits for it", async () => {
    const simulator = await fanOut({ warmFirst: false });
    const { writes, readShare } = cacheOf(simulator, "claude-haiku-5-5");

    expect(writes).toBeGreaterThan(1);
    expect(readShare).toBeLessThan(59 / 60);
  });
});

describe("The breakpoint", () => {
  const long = "You answer questions. ".repeat(100);

  test("stands at the end of what the calls of a run share, and nowhere else", async () => {
    const { simulator } = await meet({ request: { system: [long, "The goal."] } });

    expect(simulator.requests[0]?.body).toMatchObject({
      system: [
        { type: "text", text: long },
        { type: "text", text: "The goal.", cache_control: { type: "ephemeral" } },
      ],
    });
    expect(JSON.stringify(simulator.requests[0]?.body).match(/cache_control/g)).toHaveLength(1);
  });

  test("is left out where the prefix is too short for the model to keep", async () => {
    for (const request of [
      { system: ["Be brief."] },
      { system: [long], model: "claude-haiku-4-5", effort: null },
    ]) {
      const { simulator } = await meet({ request });
      expect(JSON.stringify(simulator.requests[0]?.body)).not.toContain("cache_control");
    }
  });

  test("comes before whatever differs between two calls of a role", async () => {
    const simulator = await fanOut({});
    const prefixes = simulator.requests.map(({ body }) => {
      const { model, system, output_config } = body as Readonly<Record<string, unknown>>;
      return JSON.stringify({ model, system, output_config });
    });

    expect(new Set(prefixes).size).toBe(2);
  });
});

describe("A call that goes ahead", () => {
  const system = ["You answer questions. ".repeat(100)];

  test("that fails makes room for the next, and what waits has recorded nothing yet", async () => {
    const { client, simulator } = await stage({ faults: [{ kind: "status", status: 529, on: { nth: 1 } }] });
    const model = anthropicClient({ client });
    const journals = [journal(), journal(), journal()];
    const answers = await Promise.all(journals.map((calls) => model.ask(question({ system }), calls)));

    expect(answers.map(({ outcome }) => outcome)).toEqual(["transport", "ok", "ok"]);
    expect(simulator.bill.calls.map((call) => call.cacheWrite5mTokens > 0)).toEqual([true, false]);
  });

  test("and is told to stop while it waits is not sent, and costs nothing", async () => {
    const { client, simulator } = await stage();
    const model = anthropicClient({ client });
    const stop = new AbortController();
    const [ahead, behind] = [journal(), journal()];
    const first = model.ask(question({ system }), {
      ...ahead,
      sent: async (intent) => {
        stop.abort();
        return ahead.sent(intent);
      },
    });
    const second = model.ask(question({ system, signal: stop.signal }), behind);

    expect(await first).toEqual({ outcome: "ok", value: { text: PARIS } });
    expect(await second).toMatchObject({ outcome: "transport", fault: { code: "CANCELLED" } });
    expect(behind.told).toEqual([]);
    expect(simulator.requests).toHaveLength(1);
  });
});

test("a streamed answer says when it began, and one in a piece does not", async () => {
  const streamed = await meet({ request: { maxTokens: STREAMED } });
  const whole = await meet();
  const firstTokenMs = ({ last }: typeof whole) =>
    last?.event === "answered" ? last.firstTokenMs : undefined;

  expect(firstTokenMs(streamed)).toEqual(expect.any(Number));
  expect(firstTokenMs(whole)).toBeNull();
});
