/** One line of the report: a policy on a ladder, at a price list, under a reviewer. */

import { PROMISE } from "./aim.js";
import { type Anchors, anchorsOf, randomSuccessAt, singleTiers } from "./anchors.js";
import { type Interval, pairedIntervals } from "./bootstrap.js";
import type { Judged } from "./cross-validate.js";
import { foresightCost } from "./foresight.js";
import { kindingOf, ratingOf } from "./kinds.js";
import type { Ladder } from "./ladder.js";
import { leastCost, mean } from "./mix.js";
import { plannerCost } from "./planner.js";
import type { Reviewer } from "./reviewer.js";

export interface Figure {
  readonly dataset: string;
  readonly list: string;
  readonly reviewer: string;
  readonly policy: string;
  readonly n: number;
  /** Per cent of all-top success. */
  readonly success: number;
  readonly successInterval: Interval;
  /** Per cent of all-top cost, with planner, reviews and every attempt paid; negative is a loss. */
  readonly saved: number;
  readonly savedInterval: Interval;
  /** The same with the ratings free, as baselines are usually given. */
  readonly savedBeforePlanner: number;
  /** Shares of all-top cost, in per cent; planner `null` where the ladder has no prices to say. */
  readonly costShares: {
    readonly executor: readonly number[];
    readonly reviewer: number;
    readonly planner: number | null;
  };
  /** Per cent of tasks that leave the tier they started at. */
  readonly escalated: number;
  readonly topByCalls: number;
  readonly topByTasks: number;
  readonly topByDollars: number;
  /** Per cent of the way from the random mix to foresight, both at the success that was reached. */
  readonly headline: number;
  /** Success of a random mix of tiers at the same cost, in per cent of all-top. */
  readonly randomAtEqualCost: number;
  /** Savings in per cent at 99 % of all-top success. */
  readonly anchors: Readonly<Record<string, number>>;
}

/** Sums up how a policy did on a ladder. */
export function figureOf(
  ladder: Ladder,
  reviewer: Reviewer,
  policy: string,
  judged: readonly Judged[],
): Figure {
  const top = {
    success: mean(judged.map(({ instance }) => instance.outcomes.at(-1)?.success ?? 0)),
    cost: mean(judged.map(({ instance }) => instance.outcomes.at(-1)?.cost ?? 0)),
  };
  const planner = asksPlanner(ladder, judged) ? plannerCost(ladder) : 0;
  const perTask = planner ?? 0;
  const intervals = pairedIntervals(
    judged.map(({ instance, expected }) => ({
      success: expected.success,
      cost: expected.cost + perTask,
      topSuccess: instance.outcomes.at(-1)?.success ?? 0,
      topCost: instance.outcomes.at(-1)?.cost ?? 0,
    })),
  );
  const success = mean(judged.map(({ expected }) => expected.success));
  const bare = mean(judged.map(({ expected }) => expected.cost));
  const cost = bare + perTask;
  const share = (part: number) => percent(part / top.cost);
  const spent = ladder.spec.rungs.map((_, rung) =>
    mean(judged.map(({ expected }) => expected.spent[rung] ?? 0)),
  );
  return {
    dataset: ladder.name,
    list: ladder.list,
    reviewer: nameOf(reviewer),
    policy: judged.every(({ kind }) => kind === "any") ? policy : `${policy} by ${kindingOf(ladder)}`,
    n: judged.length,
    success: percent(success / top.success),
    successInterval: inPercent(intervals.success),
    saved: percent(1 - cost / top.cost),
    savedInterval: inPercent(intervals.saved),
    savedBeforePlanner: percent(1 - bare / top.cost),
    costShares: {
      executor: spent.map(share),
      reviewer: share(mean(judged.map(({ expected }) => expected.reviewCost))),
      planner: planner === null ? null : share(planner),
    },
    ...traffic(ladder, judged, cost),
    headline: percent(headlineOf(ladder, success, top.success, cost)),
    randomAtEqualCost: percent(randomSuccessAt(ladder, cost) / top.success),
    anchors: inPercents(anchorsOf(ladder, PROMISE)),
  };
}

/** Whether tasks were rated, and to some end: who starts everything at the top need not ask. */
function asksPlanner(ladder: Ladder, judged: readonly Judged[]): boolean {
  const top = ladder.spec.rungs.length - 1;
  return judged.some(
    ({ kind, treatments }) => !Number.isNaN(ratingOf(kind)) && treatments.some(({ path }) => path[0] !== top),
  );
}

function traffic(ladder: Ladder, judged: readonly Judged[], cost: number) {
  const last = ladder.spec.rungs.length - 1;
  const atTop = mean(judged.map(({ expected }) => expected.calls[last] ?? 0));
  const calls = mean(judged.map(({ expected }) => expected.calls.reduce((sum, count) => sum + count, 0)));
  return {
    escalated: percent(mean(judged.map(({ expected }) => expected.escalated))),
    topByCalls: percent(atTop / calls),
    topByTasks: percent(atTop),
    topByDollars: percent(mean(judged.map(({ expected }) => expected.spent[last] ?? 0)) / cost),
  };
}

/** How much of what lies between chance and foresight is won, at the success that was reached. */
function headlineOf(ladder: Ladder, success: number, topSuccess: number, cost: number): number {
  const wanted = Math.min(success, topSuccess);
  const chance = leastCost(singleTiers(ladder), wanted);
  const foresight = foresightCost(ladder.instances, wanted);
  return (chance - cost) / (chance - foresight);
}

function inPercents({ randomMix, foresight, cascade, oracle, single }: Anchors): Record<string, number> {
  const top = single.at(-1)?.cost ?? Number.NaN;
  const names = single.length === 2 ? ["cheap", "top"] : ["cheap", "mid", "top"];
  return Object.fromEntries([
    ...single.map(({ cost }, rung): [string, number] => [`all ${names[rung]}`, percent(1 - cost / top)]),
    ["random mix", percent(randomMix)],
    ["cascade, perfect reviewer", percent(cascade["100/100"])],
    ["cascade, 90/90", percent(cascade["90/90"])],
    ["cascade, 80/80", percent(cascade["80/80"])],
    ["oracle", percent(oracle.saved)],
    ["foresight", percent(foresight)],
  ]);
}

function nameOf({ name, fee, halved }: Reviewer): string {
  return `${name}${halved ? ", halved where all fail" : ""}${fee === "own" ? ", at the executor's tier" : ""}`;
}

/** Two decimals, towards zero saved: a figure is never rounded up. */
function percent(share: number): number {
  return Math.floor(share * 10_000 + 1e-6) / 100;
}

function inPercent([low, high]: Interval): Interval {
  return [percent(low), percent(high)];
}
