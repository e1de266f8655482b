// Quotes against what runs really cost, in a world whose outcomes are known.
import { memoryStore } from "@terrace/core";
import { countingIds } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { orchestratorIn, planFrom } from "./world.js";

const PLANS = 1_000;
const HISTORY = 50;

test("of 1,000 plans each costs what its quote bounds, and most what it calls likely once there is history", async () => {
  const store = memoryStore();
  const ids = countingIds();
  let within = 0;
  let near = 0;
  const ratios: [number, number][] = [];
  for (let seed = 0; seed < HISTORY + PLANS; seed += 1) {
    const plan = planFrom(seed);
    // From here on the store holds what the quotes learn from, and nothing more.
    const orchestrator = orchestratorIn(seed, seed < HISTORY ? store : memoryStore(), ids);
    const quoted = await orchestratorIn(seed, store).quote(plan);
    const { ledger } = await orchestrator.submit(plan).result();
    const { minUsd, likelyUsd, maxUsd } = quoted;
    if (seed < HISTORY) continue;
    ratios.push([(likelyUsd ?? 0) / ledger.usd, plan.tasks.length]);
    if ((minUsd ?? 1) <= ledger.usd && ledger.usd <= (maxUsd ?? 0)) within += 1;
    if (Math.abs((likelyUsd ?? 0) / ledger.usd - 1) <= 0.25) near += 1;
  }

  const rs = ratios.map(([r]) => r).sort((x, y) => x - y);
  console.log({
    within,
    near,
    q: [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95].map((q) => rs[Math.floor(q * rs.length)]?.toFixed(2)),
  });
  for (const [lo, hi] of [
    [5, 12],
    [12, 20],
    [20, 30],
    [30, 41],
  ] as const) {
    const some = ratios.filter(([, n]) => n >= lo && n < hi);
    console.log(lo, hi, some.length, some.filter(([r]) => Math.abs(r - 1) <= 0.25).length / some.length);
  }
  expect(within).toBe(PLANS);
  expect(near / PLANS).toBeGreaterThanOrEqual(0.8);
}, 400_000);
