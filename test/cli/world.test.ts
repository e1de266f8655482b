import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, type Run } from "@terrace/core";
import { startSimulator, type WorldRequest } from "@terrace/simulator";
import { expect, test } from "vitest";
import { loadDemoLibrary } from "../../packages/cli/src/demo/library.js";
import { demoTeam } from "../../packages/cli/src/demo/team.js";
import { demoWorld } from "../../packages/cli/src/demo/world.js";
import { localClient } from "../../packages/cli/src/runs/claude-client.js";

const library = loadDemoLibrary();

const request = (system: string, user: string, line: "haiku" | "sonnet" | "opus" = "haiku") =>
  ({ system, lastUserText: user, line, body: { messages: [] } }) as unknown as WorldRequest;

const execute = (id: string, line: "haiku" | "sonnet" | "opus") =>
  request("You are an executor in a team.", `Task id: ${id}\nAttempt: 1 at ${line}`, line);

test("the planner gets the plan of the library, criteria and all", () => {
  const { json } = demoWorld(library).answer(request("You are the planner of a team.", "")) as {
    json: { tasks: Record<string, unknown>[]; answer: string };
  };
  expect(json.answer).toBe("index");
  expect(json.tasks.map(({ id }) => id)).toEqual(Object.keys(library.tasks));
  expect(Object.keys(json.tasks[0] ?? {}).sort()).toEqual(
    [
      "brief",
      "criteria",
      "dependsOn",
      "errorCost",
      "id",
      "kind",
      "role",
      "tier",
      "tierReason",
      "title",
    ].sort(),
  );
});

test("an executor gets what was written for its task and tier", () => {
  const { json } = demoWorld(library).answer(execute("csv", "sonnet")) as { json: unknown };
  expect(json).toEqual(library.tasks.csv?.answers.sonnet);
});

test("a tier for which nothing was written answers as the best one below it", () => {
  const { json } = demoWorld(library).answer(execute("crc32", "opus")) as { json: unknown };
  expect(json).toEqual(library.tasks.crc32?.answers.haiku);
});

test("an answer in the wrong form is given once", () => {
  const world = demoWorld(library);
  expect(world.answer(execute("percent-encoding", "haiku"))).toMatchObject({
    text: expect.stringContaining("```ts"),
  });
  expect(world.answer(execute("percent-encoding", "haiku"))).toMatchObject({
    json: { confidence: "medium" },
  });
});

test("a reviewer finds what was written about the tier that made the output, whatever its own", () => {
  const user = "Task id: csv\nAttempt: 2 at sonnet";
  const { json } = demoWorld(library).answer(request("You are the reviewer in a team.", user, "opus")) as {
    json: { criteria: { criterion: number; met: boolean }[]; problems: { blocking: boolean }[] };
  };
  expect(json.criteria.map(({ criterion, met }) => [criterion, met])).toEqual([
    [0, true],
    [1, true],
    [2, false],
  ]);
  expect(json.problems.every(({ blocking }) => !blocking)).toBe(true);
});

test("larger models think longer, and take longer to begin", () => {
  const world = demoWorld(library);
  const [haiku, sonnet, opus] = (["haiku", "sonnet", "opus"] as const).map(
    (line) => world.answer(execute("luhn", line)) as { thinkingTokens: number; latencyMs: number },
  );
  expect(haiku?.thinkingTokens).toBeLessThan(sonnet?.thinkingTokens ?? 0);
  expect(sonnet?.thinkingTokens).toBeLessThan(opus?.thinkingTokens ?? 0);
  expect(haiku?.latencyMs).toBeGreaterThanOrEqual(60);
  expect(opus?.latencyMs).toBeLessThanOrEqual(400);
});

test.each([
  ["a task it does not know", execute("constructor", "haiku")],
  ["a request of an unknown kind", request("Hello", "Task id: csv")],
])("%s is refused aloud", (_, asked) => {
  expect(() => demoWorld(library).answer(asked)).toThrow(/The demo has no answer/);
});

test("the prompts of the real agents reach the right answers, and the whole plan is accepted", async () => {
  const simulator = await startSimulator({ world: demoWorld(library) });
  try {
    const agents = claudeAgents({ client: localClient(simulator.url) });
    // Without checks every answer that its review accepts stands: this is about the world alone.
    const run = createOrchestrator({ team: demoTeam, agents, concurrency: 6 }).submit(library.plan.goal);
    await run.result();
    expect(run.census).toMatchObject({ tasks: 15, accepted: 15, flagged: 0 });
    expect((run as unknown as Run).ledger.usd).toBe(simulator.bill.usd);
    expect(simulator.maxInFlight).toBeLessThanOrEqual(6);
  } finally {
    await simulator.close();
  }
});
