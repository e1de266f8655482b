import { createOrchestrator, definePlan, defineTeam, tableRouter } from "@terrace/core";
import type { World } from "@terrace/simulator";
import { expect, test } from "vitest";
import { claudeAgents } from "../../packages/agents/src/claude-agents.js";
import { claudeTeam } from "../../packages/agents/src/claude-team.js";
import { execute } from "../../packages/agents/src/executor.js";
import { type ScriptedReply, scriptedClient } from "../../packages/agents/src/testing/scripted-client.js";
import { faultSchema } from "../../packages/core/src/run/fault.js";
import { simulate } from "../simulator/support.js";
import { executeRequest, task } from "./support.js";

const said = { output: "A costs 900.", confidence: "high", because: "Both were checked.", unverified: [] };
const asked = (reply: ScriptedReply, changes = {}) => execute(scriptedClient(reply), executeRequest(changes));

test("an output comes with what the executor says of it", async () => {
  expect(await asked({ json: said })).toEqual({ outcome: "ok", value: said });
});

test("the request names model, effort, room and schema outright", async () => {
  const client = scriptedClient({ json: said });
  await execute(client, executeRequest());
  expect(client.requests[0]).toMatchObject({
    model: "claude-haiku-5-5",
    effort: "medium",
    maxTokens: 16_000,
  });
  expect(client.requests[0]?.system[0]?.startsWith("You are an executor")).toBe(true);
});

test("the room of an answer is never more than the request allows, and never more than its own", async () => {
  const client = scriptedClient({ json: said });
  await execute(client, executeRequest({ maxTokens: 500 }));
  await execute(client, executeRequest({ maxTokens: 50_000 }));
  expect(client.requests.map(({ maxTokens }) => maxTokens)).toEqual([500, 16_000]);
});

test("all tasks of a role share system text and schema in a run, byte for byte", async () => {
  const client = scriptedClient({ json: said });
  await execute(client, executeRequest());
  const other = task({ id: "other", title: "Other", brief: "Something else.", criteria: [] });
  await execute(client, executeRequest({ runId: "run_2", task: other, attempt: 3, retry: 2 }));
  const [one, two] = client.requests;
  expect(two?.system).toEqual(one?.system);
  expect(JSON.stringify(two?.schema)).toBe(JSON.stringify(one?.schema));
  expect(two?.user).not.toBe(one?.user);
});

test("with a schema of its own, a role's output is JSON", async () => {
  const outputSchema = {
    type: "object",
    properties: { price: { type: "number", minimum: 0 } },
    required: ["price"],
    additionalProperties: false,
  };
  const client = scriptedClient({ json: { ...said, output: { price: 900 } } });
  const answer = await execute(client, executeRequest({ outputSchema }));
  expect(answer).toMatchObject({ outcome: "ok", value: { output: { price: 900 } } });
  expect(client.requests[0]?.schema).toMatchObject({
    properties: {
      output: {
        properties: { price: { type: "number", description: "(minimum: 0)" } },
        additionalProperties: false,
      },
    },
  });
});

test("a schema that the API cannot say is put into words, and the output read from text", async () => {
  const outputSchema = { type: "object", additionalProperties: { type: "number" } };
  const client = scriptedClient({ json: { ...said, output: '{"A": 900, "B": 1100}' } });
  const answer = await execute(client, executeRequest({ outputSchema }));
  expect(answer).toMatchObject({ outcome: "ok", value: { output: { A: 900, B: 1100 } } });
  expect(client.requests[0]?.system[0]).toContain(JSON.stringify(outputSchema));
  expect(client.requests[0]?.schema).toMatchObject({ properties: { output: { type: "string" } } });
});

test.each(["1}, {", '1, "confidence": "high"', "{", "", "1 2", "NaN", '{"a":1,"a":2}'])(
  "JSON text %j is no output",
  async (output) => {
    const answer = await asked(
      { json: { ...said, output } },
      { outputSchema: { type: "object", additionalProperties: {} } },
    );
    expect(answer.outcome).toBe(output === "" ? "empty" : "invalid_output");
  },
);

test.each([
  ["prose", "The price is 900.", ["Expected a JSON object, got none. Answer with the object alone."]],
  [
    "no output",
    { json: { confidence: "high", because: "x", unverified: [] } },
    ["output: expected a value, got none"],
  ],
  ["a list for text", { json: { ...said, output: ["a"] } }, ["output: expected a text"]],
  ["a number for text", { json: { ...said, output: 7 } }, ["output: expected a text"]],
  ["a key of its own", { json: { ...said, verdict: "accept" } }, ['the answer: Unrecognized key: "verdict"']],
] as const)("%s is refused with what was wrong", async (_, reply, issues) => {
  expect(await asked(reply)).toMatchObject({
    outcome: "invalid_output",
    fault: { code: "OUTPUT_INVALID", issues },
  });
});

test.each(["none", "No.", "0", "✅", "NA", "-1", "As above, so below: a study of hermetic texts."])(
  "%j is an output like any other",
  async (output) => {
    expect(await asked({ json: { ...said, output } })).toMatchObject({ outcome: "ok", value: { output } });
  },
);

test("a fault of many issues stays within what the log takes", async () => {
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, index]));
  const answer = await asked({ json: { ...said, ...many } });
  if (answer.outcome === "ok") throw new Error("expected a fault");
  expect(faultSchema.safeParse("fault" in answer ? answer.fault : undefined).success).toBe(true);
});

const asking = { asksForContradiction: true };

test("what contradicts the plan is asked for where it is heard, and nowhere else", async () => {
  const client = scriptedClient({ json: said });
  await execute(client, executeRequest());
  await execute(client, executeRequest(asking));
  const [plain, heard] = client.requests;
  const added = heard?.system[0]?.replace(/\n\n# When the material contradicts the plan\n\n[^\n]+/, "");
  expect(added).toBe(plain?.system[0]);
  expect(heard?.system[0]).not.toBe(plain?.system[0]);
  const fields = (schema: unknown) => Object.keys((schema as { properties: object }).properties);
  expect(fields(heard?.schema)).toEqual([...fields(plain?.schema), "contradiction"]);
});

test("what contradicts the plan comes with the output, trimmed and cut to 2,000 characters", async () => {
  const found = { ...said, contradiction: ` Offer B was withdrawn. ${"x".repeat(9_000)}` };
  const answer = await asked({ json: found }, asking);
  expect(answer).toEqual({
    outcome: "ok",
    value: { ...said, contradiction: found.contradiction.trim().slice(0, 2_000) },
  });
});

test.each(["", "  ", "none", "None.", "n/a", "-", "No", 7, null, ["x"]])(
  "%j is no contradiction, and spoils no output",
  async (contradiction) => {
    const answer = await asked({ json: { ...said, contradiction } }, asking);
    expect(answer).toEqual({ outcome: "ok", value: said });
  },
);

test("a contradiction that nobody asked for is a key of its own", async () => {
  expect(await asked({ json: { ...said, contradiction: "x" } })).toMatchObject({
    outcome: "invalid_output",
    fault: { issues: ['the answer: Unrecognized key: "contradiction"'] },
  });
});

test.each([
  ["of texts", { type: "array", items: { type: "string" } }, ["A", "B"], ["A", "B"]],
  ["of anything", { type: "array" }, '["A",{"name":"B"}]', ["A", { name: "B" }]],
])("a list %s is asked for and read", async (_, outputSchema, output, value) => {
  expect(await asked({ json: { ...said, output } }, { outputSchema })).toMatchObject({
    outcome: "ok",
    value: { output: value },
  });
});

test("what is wrong is told without quoting the output", async () => {
  const answer = await asked({ json: { ...said, output: { secret: "sk-ant-123" } } });
  expect(JSON.stringify(answer)).not.toContain("sk-ant");
});

test("over real HTTP an answer that a table's cap broke off is asked for again without the cap", async () => {
  const room: number[] = [];
  const world: World = {
    answer: ({ system, maxTokens }) => {
      if (system.startsWith("You are the reviewer"))
        return { json: { criteria: [], problems: [], blame: "" } };
      room.push(maxTokens);
      return maxTokens < 16_000 ? { text: '{"output":"A co', stopReason: "max_tokens" } : { json: said };
    },
  };
  const { client } = await simulate({ world });
  const { models } = claudeTeam;
  const team = defineTeam({
    models: { haiku: models.haiku.model, sonnet: models.sonnet.model, opus: models.opus.model },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku" } },
    router: tableRouter({ extract: { tier: "haiku", maxTokens: 1_000 } }),
  });
  const plan = definePlan(team, {
    tasks: [{ id: "a", role: "worker", kind: "extract", brief: "Extract it." }],
  });
  const run = createOrchestrator({ team, agents: claudeAgents({ client }) }).submit(plan);

  expect((await run.result()).answer).toBe(said.output);
  expect(room[0]).toBe(1_000);
  expect(room[1]).toBeGreaterThanOrEqual(16_000);
  expect(room).toHaveLength(2);
});
