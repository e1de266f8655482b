import { type CallAnswer, type CallIntent, NO_USAGE, type PriceRow } from "@terrace/core";
import { scriptedWorld } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { agentsOn, claudeAgents } from "../../packages/agents/src/claude-agents.js";
import { claudeTeam } from "../../packages/agents/src/claude-team.js";
import type { ModelRequest } from "../../packages/agents/src/model-client.js";
import { scriptedClient } from "../../packages/agents/src/testing/scripted-client.js";
import { simulate } from "../simulator/support.js";
import { classifyRequest, executeRequest, planRequest, reviewRequest } from "./support.js";

test("the agents share one client", async () => {
  const client = scriptedClient("{}");
  const agents = agentsOn(client);
  await agents.plan(planRequest());
  await agents.classify(classifyRequest());
  await agents.execute(executeRequest());
  await agents.review(reviewRequest());
  expect(
    client.requests.map(({ system }) => system[0]?.split(" in a small")[0]?.split(" of a small")[0]),
  ).toEqual(["You are the planner", "You are the classifier", "You are an executor", "You are the reviewer"]);
});

test("over real HTTP each of them asks in a way that the API accepts, and is understood", async () => {
  const json = { tasks: [], answer: "compare" };
  const classification = { complexity: "mechanical", errorCost: "low", reason: "It stands there." };
  const criteria = [0, 1].map((criterion) => ({ criterion, met: true, finding: "It does." }));
  const world = scriptedWorld({
    plan: json,
    classify: { compare: { haiku: classification } },
    execute: { compare: { haiku: { output: "A costs 900." } } },
    review: { compare: { haiku: { criteria, problems: [], blame: "" } } },
  });
  const { client } = await simulate({ world });
  const agents = claudeAgents({ client });
  expect(await agents.plan(planRequest())).toEqual({ outcome: "ok", value: json });
  expect(await agents.classify(classifyRequest())).toEqual({ outcome: "ok", value: classification });
  expect(await agents.execute(executeRequest())).toMatchObject({
    outcome: "ok",
    value: { output: "A costs 900." },
  });
  expect(await agents.review(reviewRequest())).toMatchObject({
    outcome: "ok",
    value: { criteria, blame: null },
  });
});

test("the default team starts its worker at the lowest tier and plans at the highest", () => {
  const agents = claudeAgents();
  expect(agents.defaultTeam).toBe(claudeTeam);
  expect(claudeTeam.executors.worker.tier).toBe("haiku");
  expect(claudeTeam.planner.tier).toBe("opus");
});

describe("prices", () => {
  const row = (model: string, inputUsd: number, asOf: string): PriceRow => ({
    ...{ model, inputUsd, outputUsd: 0, cacheReadUsd: 0, cacheWrite5mUsd: 0, cacheWrite1hUsd: 0 },
    ...{ source: "a contract", asOf },
  });
  const usage = { ...NO_USAGE, inputTokens: 1_000_000 };
  const live = { urgency: "live", prices: [] } as const;

  test("are the team's before the client's, the client's before the list's", () => {
    const { priceOf } = claudeAgents({ prices: [row("claude-haiku-5-5", 7, "2026-11-02")] });
    const teams = [row("claude-haiku-5-5", 8, "2026-11-03")];

    expect(priceOf?.("claude-haiku-5-5", usage, { ...live, prices: teams })?.microUsd).toBe(8_000_000);
    expect(priceOf?.("claude-haiku-5-5", usage, live)?.microUsd).toBe(7_000_000);
    expect(priceOf?.("claude-sonnet-5-5", usage, live)?.microUsd).toBe(2_000_000);
    expect(agentsOn(scriptedClient("{}")).priceOf?.("claude-haiku-4-5", usage, live)?.microUsd).toBe(
      1_000_000,
    );
  });

  test("that a request brings along are those that its call is reserved and billed by", async () => {
    const { client } = await simulate({ world: { answer: () => ({ text: '{"output":"A"}' }) } });
    const told: CallIntent[] = [];
    const answers: CallAnswer[] = [];
    const request = executeRequest({ prices: [row("claude-haiku-5-5", 1_000, "2026-11-03")] });
    const calls = {
      ...request.calls,
      sent: async (intent: CallIntent) => `call_${told.push(intent)}`,
      answered: async (_: string, answer: CallAnswer) => void answers.push(answer),
    };
    await claudeAgents({ client, warn: () => {} }).execute({ ...request, calls });
    const { usage: used } = answers[0] as CallAnswer;

    expect(answers[0]).toMatchObject({ priceAsOf: "2026-11-03", costMicroUsd: 1_000 * used.inputTokens });
    expect(used.inputTokens).toBeGreaterThan(0);
    expect(told[0]?.reservedMicroUsd).toBeGreaterThanOrEqual(1_000 * used.inputTokens);
  });

  test("of a model that has none are missed once, for the whole ladder when a plan is asked for", async () => {
    const { client } = await simulate({ world: { answer: () => ({ text: "{}" }) } });
    const lines: string[] = [];
    const agents = claudeAgents({ client, warn: (line) => void lines.push(line) });
    const { team } = planRequest();
    const models = { ...team.models, sonnet: { model: "claude-sonnet-9", effort: null } };
    await agents.plan(planRequest({ team: { ...team, models } }));
    await agents.plan(planRequest({ team: { ...team, models } }));
    await agents.execute(executeRequest({ route: { tier: "haiku", model: "claude-haiku-9", effort: null } }));
    await agents.review(reviewRequest({ prices: [row("claude-sonnet-9", 1, "2026-11-03")] }));

    expect(lines.filter((line) => line.includes("price"))).toEqual([
      '"claude-sonnet-9" has no known price: its calls count as unpriced, and a budget in dollars lets none pass. ' +
        "Give its prices to `defineTeam` (`prices`).",
      '"claude-haiku-9" has no known price: its calls count as unpriced, and a budget in dollars lets none pass. ' +
        "Give its prices to `defineTeam` (`prices`).",
    ]);
  });
});

test("a script is followed reply by reply, and its last is given ever after", async () => {
  const client = scriptedClient("one", { json: { two: 2 } }, ({ model }) => model);
  const asked = async () => {
    const answer = await client.ask({ ...request, retry: 0 }, executeRequest().calls);
    return "value" in answer ? answer.value.text : answer.fault;
  };
  expect([await asked(), await asked(), await asked(), await asked()]).toEqual([
    "one",
    '{"two":2}',
    "m",
    "m",
  ]);
  expect(client.requests).toHaveLength(4);
});

test("an empty script rejects", async () => {
  await expect(scriptedClient().ask(request, executeRequest().calls)).rejects.toThrow(
    "The script has no reply. Pass at least one to `scriptedClient`.",
  );
});

const request: ModelRequest = {
  model: "m",
  effort: "low",
  maxTokens: 10,
  system: [],
  user: "",
  schema: {},
  retry: 0,
  prices: [],
  signal: new AbortController().signal,
};
