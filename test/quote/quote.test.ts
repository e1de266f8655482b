// What a quote says, and what it rests on.
import {
  type CallSize,
  createOrchestrator,
  memoryStore,
  type PriceOf,
  type QuoteOptions,
  type RunStore,
  type SizeOf,
} from "@terrace/core";
import { chain, countingIds, planOf, reject, scriptedAgents, testTeam } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { complaintOf, rejectionOf } from "../core/support.js";

/** Micro-dollars for each token, by model. */
const RATES: { readonly [model: string]: number } = {
  "model-haiku": 1,
  "model-sonnet": 10,
  "model-opus": 20,
};

/** A prompt read from the cache costs nothing, one that is written there twice as much; a batch half. */
const priceOf: PriceOf = (model, usage, { urgency }) => {
  const rate = RATES[model];
  if (rate === undefined) return null;
  const tokens = usage.inputTokens + usage.outputTokens + 2 * usage.cacheWrite5mTokens;
  return { microUsd: (rate * tokens) / (urgency === "batch" ? 2 : 1), asOf: "2026-11-21" };
};

/** A prompt of 10 tokens, or 100 at most, and whatever it quotes; an answer of 1, 5 or 50. */
const sizeOf: SizeOf = ({ material }): CallSize => {
  const quoted = (part: "least" | "likely" | "most"): number =>
    material.reduce((sum, { tokens }) => sum + tokens[part], 0);
  return {
    promptTokens: { least: 10, likely: 10 + quoted("likely"), most: 100 + quoted("most") },
    outputTokens: { least: 1, likely: 5, most: 50 },
  };
};

const plain = { ...scriptedAgents(), priceOf, sizeOf };
const quoting = (agents: Partial<typeof plain> = {}, store: RunStore = memoryStore()) =>
  createOrchestrator({ agents: { ...plain, ...agents }, team: testTeam, store, env: countingIds() });
const one = planOf({ a: {} });
const dollars = (microUsd: number) => microUsd / 1e6;

describe("a quote", () => {
  test("is at least every task at its first attempt, probably one in five a tier higher, at most all that may be", async () => {
    const quote = await quoting().quote(one);

    // Haiku: 1 written and 1 of its review; sonnet reviews what haiku is fairly sure of.
    expect(quote.minUsd).toBe(dollars(1 + 1));
    const haiku = 15 + 10 * 20;
    const sonnet = 10 * 15 + 20 * 20;
    const opus = 20 * 15 + 20 * 20;
    expect(quote.likelyUsd).toBe(dollars(Math.round(haiku + 0.2 * (sonnet + 0.2 * opus))));
    expect(quote.calls).toEqual({ min: 2, likely: 2, max: 3 * 8 + 3 * 16 });
    expect(quote.maxUsd).toBeGreaterThan(100 * (quote.likelyUsd ?? 0));
    expect(Object.keys(quote.byTier)).toEqual(["haiku", "sonnet", "opus"]);
    expect(quote.byTier.haiku?.minUsd).toBe(quote.minUsd);
    expect(quote.byTier.opus?.minUsd).toBe(0);
  });

  test("adds up over its tiers", async () => {
    const { minUsd, likelyUsd, maxUsd, byTier } = await quoting().quote(chain(4));
    const sum = (part: "minUsd" | "likelyUsd" | "maxUsd") =>
      Object.values(byTier).reduce((total, line) => total + (line[part] ?? 0), 0);

    expect(sum("minUsd")).toBeCloseTo(minUsd ?? 0, 9);
    expect(sum("likelyUsd")).toBeCloseTo(likelyUsd ?? 0, 5);
    expect(sum("maxUsd")).toBeCloseTo(maxUsd ?? 0, 9);
  });

  test("grows with what a task is shown of others", async () => {
    const apart = await quoting().quote(planOf({ a: {}, b: {} }));
    const chained = await quoting().quote(planOf({ a: {}, b: { dependsOn: ["a"] } }));

    expect(chained.likelyUsd).toBeGreaterThan(apart.likelyUsd ?? 0);
    expect(chained.maxUsd).toBeGreaterThan(apart.maxUsd ?? 0);
    expect(chained.minUsd).toBe(apart.minUsd);
  });

  test("is half for what can wait, but at most as dear as live: a batch of one is sent so", async () => {
    const live = await quoting().quote(one);
    const batched = await quoting().quote(one, { urgency: "batch" });

    expect(batched.likelyUsd).toBeCloseTo((live.likelyUsd ?? 0) / 2, 6);
    expect(batched.maxUsd).toBe(live.maxUsd);
  });

  test("tells what planning costs beside the sum, and in it where that is asked for", async () => {
    const without = await quoting().quote(one);
    const withPlanning = await quoting().quote(one, { planning: true });

    expect(without.planning).toEqual({
      minUsd: dollars(20),
      likelyUsd: dollars(300),
      maxUsd: dollars(2 * 4 * 20 * (2 * 100 + 50)),
      calls: { min: 1, likely: 1, max: 8 },
    });
    expect(withPlanning.minUsd).toBeCloseTo((without.minUsd ?? 0) + dollars(20), 9);
    expect(withPlanning.calls.min).toBe(3);
    expect(withPlanning.assumptions).toContain("The planner is asked anew.");
  });

  test("is bounded by the budget", async () => {
    const quote = await quoting().quote(one, { budget: { hardUsd: 0.0001 } });

    expect(quote).toMatchObject({ minUsd: dollars(2), likelyUsd: 0.0001, maxUsd: 0.0001 });
    expect(quote.assumptions).toContain("No figure is above what the budget bears: there the run pauses.");
    const planned = await quoting().quote(one, { budget: { hardUsd: 0.0001 }, planning: true });
    expect(planned.planning).toMatchObject({ minUsd: dollars(20), likelyUsd: 0.0001, maxUsd: 0.0001 });
  });

  test("says which models it has no price for, and no sum then", async () => {
    const unknown: PriceOf = (model, ...rest) => (model === "model-opus" ? null : priceOf(model, ...rest));
    const quote = await quoting({ priceOf: unknown }).quote(one);

    expect(quote).toMatchObject({ minUsd: null, likelyUsd: null, maxUsd: null });
    expect(quote.assumptions).toContain(
      '"model-opus" have no known price: give them one (`prices`), or nothing can be quoted.',
    );
  });

  test("says which prices, of which day, it rests on", async () => {
    const { assumptions } = await quoting().quote(one);

    expect(assumptions[0]).toBe(
      "List prices of model-haiku (2026-11-21), model-opus (2026-11-21), model-sonnet (2026-11-21).",
    );
    expect(assumptions).toHaveLength(5);
  });

  test("learns from the completed runs of the store what tasks of a role come to at a tier", async () => {
    const store = memoryStore();
    const usage = { costMicroUsd: 1_000 };
    const review = { a: { haiku: reject("No.") } };
    const agents = scriptedAgents({ usage, review });
    const orchestrator = createOrchestrator({ agents, team: testTeam, store, env: countingIds() });
    for (let run = 0; run < 5; run += 1) await orchestrator.submit(one).result();
    const quote = await quoting({}, store).quote(planOf({ other: {} }));

    // Each came to two calls at haiku, went on to sonnet, and came to two calls there.
    expect(quote.likelyUsd).toBeCloseTo(0.004, 9);
    expect(quote.calls.likely).toBe(4);
    expect(quote.assumptions).toContain(
      "likely: 1 of 1 tasks as earlier runs of their role and tier came out; of the others one in five escalates, " +
        "after one attempt and one review at each tier.",
    );
  });

  test("learns nothing from a run that cannot be read, and says so", async () => {
    const store = memoryStore();
    await createOrchestrator({ agents: scriptedAgents(), team: testTeam, store, env: countingIds() })
      .submit(one)
      .result();
    const read = () => Promise.reject(new Error("damaged"));
    const { assumptions } = await quoting({}, { ...store, read }).quote(one);

    expect(assumptions).toContain("1 earlier runs cannot be read, and teach nothing.");
  });

  test("sends nothing", async () => {
    const agents = scriptedAgents();
    await quoting(agents).quote(chain(3));

    expect(Object.values(agents.requests).flat()).toEqual([]);
  });
});

describe("a quote is refused", () => {
  test("for a plan that does not stand", async () => {
    const broken = { ...one, answer: "nobody" };

    expect((await complaintOf(quoting().quote(broken))).code).toBe("PLAN_INVALID");
  });

  test("of agents that do not say what calls cost", async () => {
    const orchestrator = createOrchestrator({ agents: scriptedAgents(), team: testTeam });

    expect(await complaintOf(orchestrator.quote(one))).toEqual({
      code: "OPTIONS_INVALID",
      message:
        "Expected `agents` that say what calls use and cost (`sizeOf`, `priceOf`), got ones that do not: nothing can be quoted.",
    });
  });

  test.each<[QuoteOptions, string]>([
    [
      { budget: { hardUsd: -1 } },
      "Expected `budget.hardUsd` to be valid (Too small: expected number to be >=0), got `-1`.",
    ],
    [
      { urgency: "soon" as never },
      'Expected `urgency` to be valid (Invalid option: expected one of "live"|"batch"), got `"soon"`.',
    ],
  ])("with terms that are none (%j)", async (terms, message) => {
    expect(((await rejectionOf(quoting().quote(one, terms))) as Error).message).toBe(message);
  });
});
