import { scriptedWorld } from "@terrace/simulator";
import { expect, test } from "vitest";
import { agentsOn, claudeAgents } from "../../packages/agents/src/claude-agents.js";
import { claudeTeam } from "../../packages/agents/src/claude-team.js";
import type { ModelRequest } from "../../packages/agents/src/model-client.js";
import { scriptedClient } from "../../packages/agents/src/testing/scripted-client.js";
import { simulate } from "../simulator/support.js";
import { executeRequest, planRequest, reviewRequest } from "./support.js";

test("the three agents share one client", async () => {
  const client = scriptedClient("{}");
  const agents = agentsOn(client);
  await agents.plan(planRequest());
  await agents.execute(executeRequest());
  await agents.review(reviewRequest());
  expect(
    client.requests.map(({ system }) => system[0]?.split(" in a small")[0]?.split(" of a small")[0]),
  ).toEqual(["You are the planner", "You are an executor", "You are the reviewer"]);
});

test("over real HTTP each of them asks in a way that the API accepts, and is understood", async () => {
  const json = { tasks: [], answer: "compare" };
  const criteria = [0, 1].map((criterion) => ({ criterion, met: true, finding: "It does." }));
  const world = scriptedWorld({
    plan: json,
    execute: { compare: { haiku: { output: "A costs 900." } } },
    review: { compare: { haiku: { criteria, problems: [], blame: "" } } },
  });
  const { client } = await simulate({ world });
  const agents = claudeAgents({ client });
  expect(await agents.plan(planRequest())).toEqual({ outcome: "ok", value: json });
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
  signal: new AbortController().signal,
};
