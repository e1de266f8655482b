/** How far a figure may lie off by the choice of tasks alone: paired bootstrap over tasks. */

import { stream } from "./chance.js";

const RESAMPLES = 1000;
const SEED = 20_261_121;

/** Two and a half per cent of the resamples lie below the first, as many above the second. */
export type Interval = readonly [number, number];

/** What is resampled of a task. */
export interface Pair {
  readonly success: number;
  readonly cost: number;
  readonly topSuccess: number;
  readonly topCost: number;
}

/** 95 % intervals of success relative to all-top and of the share saved, task by task in pairs. */
export function pairedIntervals(pairs: readonly Pair[]): { success: Interval; saved: Interval } {
  const next = stream(SEED);
  const success: number[] = [];
  const saved: number[] = [];
  for (let round = 0; round < RESAMPLES; round += 1) {
    const sum = { success: 0, cost: 0, topSuccess: 0, topCost: 0 };
    for (let draw = 0; draw < pairs.length; draw += 1) {
      const pair = pairs[Math.floor(next() * pairs.length)] as Pair;
      sum.success += pair.success;
      sum.cost += pair.cost;
      sum.topSuccess += pair.topSuccess;
      sum.topCost += pair.topCost;
    }
    success.push(sum.success / sum.topSuccess);
    saved.push(1 - sum.cost / sum.topCost);
  }
  return { success: middle95(success), saved: middle95(saved) };
}

function middle95(values: number[]): Interval {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
