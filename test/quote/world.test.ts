// Quotes against what runs really cost, in a world whose outcomes are known.
import {
  classifierRouter,
  defineTeam,
  errorCostRouter,
  firstOf,
  historyRouter,
  memoryStore,
  plannerRouter,
} from "@terrace/core";
import { countingIds } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { claudeTeam } from "../../packages/agents/src/claude-team.js";
import { orchestratorIn, planFrom } from "./world.js";

const PLANS = 1_000;
const HISTORY = 50;

test("1,000 of 1,000 runs cost what their quotes bound, and 4 in 5 what these call likely, to a quarter, after 50 runs", async () => {
  const store = memoryStore();
  const ids = countingIds();
  for (let seed = 0; seed < HISTORY; seed += 1) {
    await orchestratorIn(seed, store, ids).submit(planFrom(seed)).result();
  }
  let within = 0;
  let near = 0;
  for (let seed = HISTORY; seed < HISTORY + PLANS; seed += 1) {
    const plan = planFrom(seed);
    const { minUsd, likelyUsd, maxUsd } = await orchestratorIn(seed, store).quote(plan);
    const { ledger } = await orchestratorIn(seed).submit(plan).result();
    if ((minUsd ?? Number.NaN) <= ledger.usd && ledger.usd <= (maxUsd ?? Number.NaN)) within += 1;
    if (Math.abs((likelyUsd ?? Number.NaN) / ledger.usd - 1) <= 0.25) near += 1;
  }

  expect(within).toBe(PLANS);
  expect(near / PLANS).toBeGreaterThanOrEqual(0.8);
}, 300_000);

test("a router that moves tasks up and down, and asks a model first, leaves no run outside of its quote", async () => {
  const store = memoryStore();
  const ids = countingIds();
  const { ladder, models, planner, executors } = claudeTeam;
  const router = firstOf(
    classifierRouter(),
    historyRouter(),
    errorCostRouter(plannerRouter(), { low: "down" }),
  );
  const { haiku, sonnet, opus } = models;
  const team = defineTeam<string, string>({
    ladder,
    models: { haiku: haiku.model, sonnet: sonnet.model, opus: opus.model },
    planner,
    executors: { worker: { tier: executors.worker.tier, instructions: executors.worker.instructions } },
    router,
  });
  for (let seed = 0; seed < 60; seed += 1) {
    const plan = planFrom(seed);
    const orchestrator = orchestratorIn(seed, store, ids, team);
    const { minUsd, maxUsd, likelyUsd } = await orchestrator.quote(plan);
    const run = orchestrator.submit(plan);
    const { ledger } = await run.result();

    expect(ledger.usd).toBeGreaterThanOrEqual(minUsd ?? Number.NaN);
    expect(ledger.usd).toBeLessThanOrEqual(maxUsd ?? Number.NaN);
    expect(likelyUsd).toBeGreaterThan(minUsd ?? Number.NaN);
  }
}, 120_000);
