// A budget that leaves less than a call may take, and prices that change: rows B05 and B10.
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import {
  checkInvariants,
  createOrchestrator,
  memoryStore,
  type PriceRow,
  type RunEvent,
  type RunStore,
} from "@terrace/core";
import { countingIds, eventsOf } from "@terrace/core/testing";
import type { Simulator } from "@terrace/simulator";
import { beforeEach, describe, expect, test } from "vitest";
import { atRest } from "../core/support.js";
import { laterClock, mortal } from "../resume/processes.js";
import { askedOf, begin, going, one, planFor, play, team, unmet, workOf } from "./whole-run.js";

const usd = (microUsd: number) => ({ hardUsd: microUsd / 1e6 });

/** What each call of a run would reserve if there were enough. */
let execution: Extract<RunEvent, { type: "call.sent" }> | undefined;
let whole = 0;
beforeEach(async () => {
  execution ??= eventsOf((await play(one)).run.log, "call.sent")[0];
  whole = execution?.reservedMicroUsd ?? 0;
});

/** The same run in another process, a lease later, with the same simulator. */
function after(store: RunStore, simulator: Simulator, prices: readonly PriceRow[] = []) {
  const client = new Anthropic({
    apiKey: "no-key",
    baseURL: simulator.url,
    openTelemetry: false,
    logLevel: "off",
  });
  const ids = countingIds();
  return createOrchestrator({
    team,
    store,
    agents: claudeAgents({ client, prices, env: { random: () => 0 }, warn: () => {} }),
    env: { ...laterClock(1), id: (kind) => `${ids.id(kind)}_later` },
  });
}

describe("[B05] a budget that leaves less than a call may take", () => {
  test("has a shorter answer asked for, that it does bear, under the key of the whole", async () => {
    const { run, asked } = await play(one, { budget: usd(whole - 2_000) });
    const [sent] = eventsOf(run.log, "call.sent");

    expect(run.state.status).toBe("completed");
    expect(asked[0]?.maxTokens).toBe(sent?.maxTokens);
    expect(sent?.maxTokens).toBeLessThan(execution?.maxTokens ?? 0);
    expect(sent?.maxTokens).toBeGreaterThanOrEqual(1_024);
    expect(sent?.reservedMicroUsd).toBeLessThanOrEqual(whole - 2_000);
    expect(sent?.reservedMicroUsd).toBeGreaterThan(whole - 2_010);
    expect(sent?.key).toBe(execution?.key);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("has its recorded answer found again, though less is left by then", async () => {
    const inner = memoryStore();
    // It dies before what was answered becomes the output: the 7th append would tell it.
    const store = mortal(inner, { append: 7, written: false });
    const { run, simulator } = await begin(one, { store, budget: usd(whole - 2_000) });
    await atRest(run);
    expect(eventsOf(await inner.read(run.id), "call.answered")).toHaveLength(1);
    expect(eventsOf(await inner.read(run.id), "attempt.finished")).toEqual([]);
    const resumed = await after(inner, simulator).resume(run.id);
    await resumed.result();

    expect(workOf(askedOf(simulator))).toEqual(["execute a haiku", "review a haiku"]);
    expect(eventsOf(resumed.log, "call.sent").filter(({ purpose }) => purpose === "execute")).toHaveLength(1);
    expect(resumed.state.ledger.total.orphanedCalls).toBe(0);
  });

  test("is not asked for an answer of fewer than 1,024 tokens: the run pauses for its budget", async () => {
    const prompt = whole - (execution?.maxTokens ?? 0) * 0.5;
    const enough = Math.ceil(prompt + 1_024 * 0.5) + 1;
    const least = await play(one, { budget: usd(enough) });
    expect(eventsOf(least.run.log, "call.sent")[0]?.maxTokens).toBeLessThan(1_030);

    const { run, message, simulator } = await play(one, { budget: usd(enough - 5) });
    expect(simulator.requests).toHaveLength(0);
    expect(run.state.halt?.reason).toBe("budget");
    expect(message).toContain("does not bear the next call");
  });

  test("flags the task whose escalation it does not bear, and only what depends on that waits", async () => {
    const plan = planFor({ a: {}, b: { dependsOn: ["a"] }, c: {}, d: { dependsOn: ["c"] } });
    const { run } = await play(plan, {
      script: going({ review: { a: { haiku: unmet("It is wrong.") } } }),
      budget: usd(2 * whole),
      concurrency: 1,
    });

    expect(run.state.tasks.get("a")).toMatchObject({ status: "flagged", flag: { cause: "budget" } });
    expect(run.state.tasks.get("b")?.status).toBe("waiting");
    expect(run.census).toMatchObject({ accepted: 2, flagged: 1 });
    expect(eventsOf(run.log, "call.sent").map(({ tier }) => tier)).not.toContain("sonnet");
    expect(run.state.halt?.reason).toBe("person");
  });
});

test("[B10] prices that change between two processes of a run change nothing of what was recorded", async () => {
  const inner = memoryStore();
  const { run, simulator } = await begin(planFor({ a: {}, b: { dependsOn: ["a"] } }), {
    store: mortal(inner, { append: 12, written: false }),
  });
  await atRest(run);
  const before = eventsOf(await inner.read(run.id), "call.answered");
  const prices = ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"].map((model) => ({
    ...{
      model,
      inputUsd: 1_000,
      outputUsd: 5_000,
      cacheReadUsd: 100,
      cacheWrite5mUsd: 1_250,
      cacheWrite1hUsd: 2_000,
    },
    ...{ source: "dearer by far", asOf: "2026-11-21" },
  }));
  const resumed = await after(inner, simulator, prices).resume(run.id);
  await resumed.result();
  const answers = eventsOf(resumed.log, "call.answered");

  expect(before.length).toBeGreaterThan(0);
  expect(answers.slice(0, before.length)).toEqual(before);
  expect(new Set(before.map(({ priceAsOf }) => priceAsOf))).toEqual(new Set(["2026-10-07"]));
  expect(new Set(answers.slice(before.length).map(({ priceAsOf }) => priceAsOf))).toEqual(
    new Set(["2026-11-21"]),
  );
  const sum = answers.reduce((microUsd, { costMicroUsd }) => microUsd + (costMicroUsd ?? 0), 0);
  expect(resumed.state.ledger.total.microUsd).toBe(sum);
  expect(sum).toBeGreaterThan(
    1_000 * before.reduce((microUsd, { costMicroUsd }) => microUsd + (costMicroUsd ?? 0), 0),
  );
  expect(checkInvariants(resumed.log, { isOver: true })).toEqual([]);
});

test("[B10] a run that is resumed is priced by the prices in its log, whatever the process that resumes it was given", async () => {
  const inner = memoryStore();
  const contract: PriceRow = {
    ...{ model: "claude-haiku-5-5", inputUsd: 7, outputUsd: 7, cacheReadUsd: 7, cacheWrite5mUsd: 7 },
    ...{ cacheWrite1hUsd: 7, source: "our contract", asOf: "2026-11-01" },
  };
  const { run, simulator } = await begin(planFor({ a: {}, b: { dependsOn: ["a"] } }), {
    store: mortal(inner, { append: 12, written: false }),
    team: { ...team, prices: [contract] },
  });
  await atRest(run);
  const resumed = await after(inner, simulator, [
    { ...contract, inputUsd: 1_000, asOf: "2026-11-21" },
  ]).resume(run.id);
  await resumed.result();
  const answers = eventsOf(resumed.log, "call.answered").filter(({ model }) => model === contract.model);

  expect(answers.length).toBeGreaterThan(1);
  for (const { costMicroUsd, usage, priceAsOf } of answers) {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens } = usage;
    expect(priceAsOf).toBe("2026-11-01");
    expect(costMicroUsd).toBe(7 * (inputTokens + outputTokens + cacheReadTokens + cacheWrite5mTokens));
  }
});
