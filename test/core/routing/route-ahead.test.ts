import {
  type CallSize,
  classifierRouter,
  createOrchestrator,
  definePlan,
  defineTeam,
  firstOf,
  memoryStore,
  type PriceOf,
  plannerRouter,
  type Router,
  router,
  tableRouter,
} from "@terrace/core";
import { countingIds, planOf, reject, scriptedAgents } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { rejectionOf } from "../support.js";

const teamOn = (by?: Router, maxTier: "sonnet" | "opus" = "opus") =>
  defineTeam({
    models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku", maxTier } },
    reviewer: { policy: "balanced", auditShare: 0 },
    ...(by && { router: by }),
  });

const RATES = { "model-haiku": 1, "model-sonnet": 10, "model-opus": 20 } as const;
const priceOf: PriceOf = (model, { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens }) => ({
  microUsd:
    RATES[model as keyof typeof RATES] * (inputTokens + outputTokens + cacheReadTokens + cacheWrite5mTokens),
  asOf: "2026-11-21",
});
const sizes: CallSize = {
  promptTokens: { least: 10, likely: 10, most: 10 },
  outputTokens: { least: 5, likely: 5, most: 5 },
};
const agents = { ...scriptedAgents(), priceOf, sizeOf: () => sizes };
const table = tableRouter({ plain: { tier: "haiku" }, hard: { tier: "opus" } });
const plan = planOf({ a: { kind: "plain" }, b: { kind: "hard" }, c: { tier: "sonnet" } });
const orchestratorOn = (by?: Router, store = memoryStore()) =>
  createOrchestrator({ agents, team: teamOn(by), store, env: countingIds() });

describe("a plan that is routed and not carried out", () => {
  test("tells for each task where it would start, with every proposal", async () => {
    const routings = await orchestratorOn(firstOf(table, plannerRouter())).route(plan);

    expect(routings.map(({ taskId, tier, router: by }) => [taskId, tier, by])).toEqual([
      ["a", "haiku", "table"],
      ["b", "opus", "table"],
      ["c", "sonnet", "planner"],
    ]);
    expect(routings[0]).toMatchObject({
      reason: 'The table starts "plain" at haiku.',
      confidence: "high",
      proposals: [{ router: "table" }, { router: "planner", tier: "haiku" }],
    });
  });

  test("is routed by a router of its own where one is given, else the team's, else the plan", async () => {
    const tierOf = async (by: Router | undefined, own?: Router) => {
      const routings = await orchestratorOn(by).route(planOf({ a: {} }), own && { router: own });
      return routings[0]?.tier;
    };
    const opus = router("opus", () => ({ tier: "opus", reason: "", confidence: "low" }));
    const sonnet = router("sonnet", () => ({ tier: "sonnet", reason: "", confidence: "low" }));

    expect([await tierOf(opus, sonnet), await tierOf(opus), await tierOf(undefined)]).toEqual([
      "sonnet",
      "opus",
      "haiku",
    ]);
  });

  test("is routed with what is said of it, within what its role allows", async () => {
    const heard: unknown[] = [];
    const listening = router("listening", ({ domain, userTier, contextTokens, classification }) => {
      heard.push(domain, userTier, contextTokens, classification?.complexity);
      return undefined;
    });
    const orchestrator = createOrchestrator({
      agents,
      team: teamOn(listening, "sonnet"),
      env: countingIds(),
    });
    const said = { complexity: "reasoning", errorCost: "low", reason: "" } as const;
    const [routing] = await orchestrator.route(planOf({ a: {} }), {
      domain: "law",
      userTier: "free",
      pins: { a: "opus" },
      contextTokens: 7_000,
      classifications: { a: said },
    });

    expect(heard).toEqual(["law", "free", 7_000, "reasoning"]);
    expect(routing).toMatchObject({ router: "pin", tier: "sonnet" });
  });

  test("is routed by what earlier runs taught", async () => {
    const store = memoryStore();
    await orchestratorOn(plannerRouter(), store)
      .submit(planOf({ a: {} }))
      .result();
    const rows: number[] = [];
    const learning = router("learning", ({ calibration }) => {
      rows.push(calibration.length);
      return undefined;
    });
    await orchestratorOn(learning, store).route(planOf({ a: {} }));

    expect(rows).toEqual([1]);
  });

  test("asks nobody, and is refused when what is said of it is none", async () => {
    const silent = { ...scriptedAgents(), priceOf, sizeOf: () => sizes };
    const orchestrator = createOrchestrator({ agents: silent, team: teamOn(classifierRouter()) });
    await orchestrator.route(plan);

    expect(Object.values(silent.requests).flat()).toEqual([]);
    expect(await rejectionOf(orchestrator.route(plan, { contextTokens: -1 }))).toMatchObject({
      code: "OPTIONS_INVALID",
      issues: ["Expected `contextTokens` to be valid (Too small: expected number to be >=0), got `-1`."],
    });
    expect(await rejectionOf(orchestrator.route(plan, { pins: { a: "gold" } }))).toMatchObject({
      issues: [expect.stringContaining("Expected `pins.a` to be a tier of the ladder")],
    });
  });
});

describe("a quote of a team with a router", () => {
  const only = (kind: string) => planOf({ a: { kind, tier: "sonnet" } });

  test("starts tasks where the router puts them, and says so", async () => {
    const byPlan = await orchestratorOn().quote(planOf({ a: { tier: "opus" } }));
    const routed = await orchestratorOn(table).quote(only("hard"));

    expect(routed.likelyUsd).toBe(byPlan.likelyUsd);
    expect(routed.byTier.haiku?.likelyUsd).toBe(0);
    expect(routed.assumptions).toContain(
      'Tasks start where the router "table" puts them now, before their inputs are there: 1 of 1 elsewhere than the ' +
        "plan says. min and max hold wherever their roles let them start.",
    );
    expect(byPlan.assumptions.join("\n")).not.toContain("router");
  });

  test("bounds what the tasks come to wherever the router will start them after all", async () => {
    const asHigh = await orchestratorOn(table).quote(only("hard"));
    const asLow = await orchestratorOn().quote(planOf({ a: { tier: "haiku" } }));

    expect(asHigh.minUsd).toBe(asLow.minUsd);
    expect(asHigh.maxUsd).toBe(asLow.maxUsd);
    expect(asHigh.calls.max).toBe(asLow.calls.max);
  });

  test("counts the call to the classifier of each task", async () => {
    const asking = firstOf(classifierRouter(), plannerRouter());
    const plain = await orchestratorOn(plannerRouter()).quote(planOf({ a: {}, b: {} }));
    const asked = await orchestratorOn(asking).quote(planOf({ a: {}, b: {} }));
    const call = (15 * 1) / 1e6;

    expect((asked.likelyUsd ?? 0) - (plain.likelyUsd ?? 0)).toBeCloseTo(2 * call, 9);
    expect((asked.byTier.haiku?.minUsd ?? 0) - (plain.byTier.haiku?.minUsd ?? 0)).toBeCloseTo(2 * call, 9);
    expect(asked.calls.min - plain.calls.min).toBe(2);
    expect(asked.assumptions.join(" ")).toContain("Each is classified first, at haiku;");
  });

  test("is of the terms that the run will have: pins, domain and user tier", async () => {
    const pinned = await orchestratorOn(table).quote(only("hard"), { pins: { a: "haiku" } });
    const byPlan = await orchestratorOn().quote(planOf({ a: { tier: "haiku" } }));

    expect(pinned.likelyUsd).toBe(byPlan.likelyUsd);
    expect(await rejectionOf(orchestratorOn().quote(only("hard"), { domain: "law" }))).toMatchObject({
      code: "OPTIONS_INVALID",
    });
  });

  test("is what a person approves: a plan that the router makes dear waits for one", async () => {
    const { likelyUsd } = await orchestratorOn(table).quote(only("hard"));
    const run = orchestratorOn(table).submit(only("hard"), { approveAboveUsd: (likelyUsd ?? 0) - 0.000001 });
    await run.result().catch(() => undefined);

    expect(run.state.halt?.reason).toBe("approval");
    expect(run.state.quote?.likelyMicroUsd).toBe(Math.round((likelyUsd ?? 0) * 1e6));
  });

  test("bounds what the run costs when the classifier moves its tasks down and they climb", async () => {
    const asking = firstOf(classifierRouter(), plannerRouter());
    const usage = { inputTokens: 10, outputTokens: 5, costMicroUsd: 15 };
    const said = { complexity: "mechanical", errorCost: "low", reason: "" } as const;
    const scripted = scriptedAgents({
      classify: { outcome: "ok", value: said },
      review: { a: { haiku: reject("No."), sonnet: reject("No."), opus: [reject("No.")] } },
      usage: ({ route }) => ({ ...usage, costMicroUsd: 15 * RATES[route.model as keyof typeof RATES] }),
    });
    const orchestrator = createOrchestrator({
      agents: { ...scripted, priceOf, sizeOf: () => sizes },
      team: teamOn(asking),
      env: countingIds(),
    });
    const top = planOf({ a: { tier: "opus" } });
    const quote = await orchestrator.quote(top);
    const run = orchestrator.submit(top);
    await run.result().catch(() => undefined);

    expect(run.ledger.usd).toBeGreaterThan(quote.minUsd ?? Number.NaN);
    expect(run.ledger.usd).toBeLessThan(quote.maxUsd ?? Number.NaN);
    expect(run.ledger.byPurpose.classify?.calls).toBe(1);
  });
});

test("a plan by hand is routed like any other", async () => {
  const byHand = definePlan(teamOn(), {
    tasks: [{ id: "a", role: "worker", kind: "hard", brief: "Do it." }],
  });

  expect((await orchestratorOn(table).route(byHand))[0]?.tier).toBe("opus");
});
