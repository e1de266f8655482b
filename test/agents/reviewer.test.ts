import { expect, test } from "vitest";
import { review } from "../../packages/agents/src/reviewer.js";
import { type ScriptedReply, scriptedClient } from "../../packages/agents/src/testing/scripted-client.js";
import { offers, reviewRequest, task } from "./support.js";

const met = (criterion: number, finding = "It does.") => ({ criterion, met: true, finding });
const good = { criteria: [met(0), met(1)], problems: [], blame: "" };
const asked = (reply: ScriptedReply, changes = {}) => review(scriptedClient(reply), reviewRequest(changes));

test("findings come in the order of the criteria, and nobody to blame is null", async () => {
  const answer = await asked({ json: { ...good, criteria: [met(1), met(0)] } });
  expect(answer).toEqual({ outcome: "ok", value: { criteria: [met(0), met(1)], problems: [], blame: null } });
});

test("an input may be blamed by its task's id", async () => {
  const answer = await asked({ json: { ...good, blame: "offers" } }, { inputs: [offers] });
  expect(answer).toMatchObject({ outcome: "ok", value: { blame: "offers" } });
});

test("the request asks for one level more effort than an executor's, and the same schema for all", async () => {
  const client = scriptedClient({ json: good });
  await review(client, reviewRequest());
  await review(client, reviewRequest({ task: task({ id: "other" }), inputs: [offers] }));
  const [one, two] = client.requests;
  expect(one).toMatchObject({ model: "claude-sonnet-5-5", effort: "high", maxTokens: 16_000 });
  expect(one?.system[0]?.startsWith("You are the reviewer")).toBe(true);
  expect(two?.system).toEqual(one?.system);
  expect(two?.schema).toBe(one?.schema);
});

test("a review asked for again has double the room", async () => {
  const client = scriptedClient({ json: good });
  await review(client, reviewRequest({ issues: ["It broke off."] }));
  expect(client.requests[0]?.maxTokens).toBe(32_000);
});

test("a task without criteria needs no answers", async () => {
  const none = { task: task({ criteria: [] }) };
  expect((await asked({ json: { ...good, criteria: [] } }, none)).outcome).toBe("ok");
  expect((await asked({ json: good }, none)).outcome).toBe("invalid_output");
});

test.each([
  [
    "one criterion unanswered",
    { ...good, criteria: [met(0)] },
    ["Expected one answer to criterion 1, got none."],
  ],
  [
    "one answered twice, another not",
    { ...good, criteria: [met(0), { ...met(0), met: false }] },
    ["Expected one answer to criterion 0, got 2.", "Expected one answer to criterion 1, got none."],
  ],
  [
    "a criterion that does not exist",
    { ...good, criteria: [met(0), met(1), met(2)] },
    ["Expected answers to criteria 0 to 1, got one to 2, which the task does not have."],
  ],
  ["blame of a stranger", { ...good, blame: "facts" }, ['Expected `blame` to be one of "", got `"facts"`.']],
  ["blame as null", { ...good, blame: null }, ["blame: expected string, got null"]],
  [
    "wrong types everywhere",
    { criteria: [{ criterion: -1, met: "yes", finding: 3 }], problems: {}, blame: "" },
    [
      "criteria[0].criterion: Too small: expected number to be >=0",
      "criteria[0].met: expected boolean, got string",
      "criteria[0].finding: expected string, got number",
      "problems: expected array, got object",
    ],
  ],
])("%s is refused with all that is wrong", async (_, json, issues) => {
  expect(await asked({ json })).toMatchObject({
    outcome: "invalid_output",
    fault: { code: "REVIEW_INVALID", issues },
  });
});
