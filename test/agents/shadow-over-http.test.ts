// A shadow run of the real agents, over the real client and real HTTP.
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { calibrationOf, checkInvariants, createOrchestrator, memoryStore } from "@terrace/core";
import { countingIds } from "@terrace/core/testing";
import { type Script, type Simulator, scriptedWorld, startSimulator } from "@terrace/simulator";
import { afterEach, expect, test } from "vitest";
import { askedOf, met, planFor, team, unmet, workOf } from "../faults/whole-run.js";

let simulator: Simulator;
afterEach(() => simulator.close());

async function shadowOf(script: Script) {
  simulator = await startSimulator({ world: scriptedWorld(script) });
  const client = new Anthropic({
    apiKey: "no-key",
    baseURL: simulator.url,
    openTelemetry: false,
    logLevel: "off",
  });
  const agents = claudeAgents({ client, warn: () => {} });
  const orchestrator = createOrchestrator({ agents, team, store: memoryStore(), env: countingIds() });
  const run = orchestrator.submit(
    planFor({ a: { tier: "sonnet" }, b: { tier: "sonnet", dependsOn: ["a"] } }),
  );
  await run.result();
  const before = simulator.requests.length;
  const shadow = await orchestrator.shadow(run.id, { share: 1 });
  await shadow.result();
  return { run, shadow, asked: askedOf(simulator).slice(before) };
}

test("a shadow reviews, tries one tier lower and compares, blind, and its bill is its own", async () => {
  const { run, shadow, asked } = await shadowOf({
    execute: { "*": { haiku: { output: "from the lower tier" }, sonnet: { output: "from the upper tier" } } },
    review: { b: { sonnet: met, "*": unmet("It is not right.") }, "*": { "*": met } },
    compare: { a: { "*": { reason: "The sums differ.", better: "first" } } },
  });

  expect([...workOf(asked)].sort()).toEqual([
    "compare a opus",
    "compare a opus",
    "execute a haiku",
    "review a ",
    "review b ",
  ]);
  for (const { purpose, user } of asked.filter(({ purpose }) => purpose !== "execute"))
    expect(user, purpose).not.toMatch(/haiku|sonnet|opus|attempt|accepted by/i);
  expect(shadow.state.answer).toMatchObject({
    regraded: 2,
    upheld: 1,
    samples: [
      { taskId: "a", tier: "sonnet", regradedAt: "opus", loweredTo: "haiku", lowered: "undecided" },
      { taskId: "b", verdict: "overturned", reason: "It is not right.", lowered: "none" },
    ],
  });
  expect(Object.keys(shadow.ledger.byPurpose)).toEqual(["shadow"]);
  expect(shadow.ledger.byPurpose.shadow).toMatchObject({ calls: 5, unpricedCalls: 0 });
  expect(checkInvariants(shadow.log, { isOver: true })).toEqual([]);
  expect(calibrationOf([run.log, shadow.log])[0]?.shadow).toEqual({
    regraded: 2,
    upheld: 1,
    loweredTried: 1,
    loweredAsGood: 0,
  });
});
