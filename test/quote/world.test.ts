// Quotes against what runs really cost, in a world whose outcomes are known.
import { memoryStore } from "@terrace/core";
import { countingIds } from "@terrace/core/testing";
import { expect, test } from "vitest";
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
