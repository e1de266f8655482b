/** Figures that others published for the same outcomes, in per cent: what the anchors are checked against. */

import { anchorsOf, freeCascade } from "./anchors.js";
import type { Ladder } from "./ladder.js";

/** Success of each tier; saved by all-cheap; oracle's success and savings; then by cascade and at 99 % of all-top. */
interface Published {
  readonly n: number;
  readonly success: readonly number[];
  readonly allCheap: number;
  readonly oracle: readonly [success: number, saved: number];
  /** Success, saved, escalated, reached the top; free reviews that are right 100, 90 and 80 % of the time. */
  readonly cascades: readonly (readonly number[])[];
  /** Foresight, random mix, then cascades in hindsight with paid reviews: 100, 90, 80. */
  readonly at99: readonly number[];
}

type Row = [
  n: number,
  success: number[],
  allCheap: number,
  oracle: [number, number],
  ...cascades: number[][],
];

const row = ([n, success, allCheap, oracle, ...cascades]: Row, at99: number[]): Published => ({
  n,
  success,
  allCheap,
  oracle,
  cascades,
  at99,
});

const BFCL = [74.5, 81.2, 87.2];
const SWEV = [65.1, 70.6, 75.5];
const TB2 = [28.3, 43.6, 59.3];

/** By ladder and list. */
const PUBLISHED: Readonly<Record<string, Published>> = {
  "bfcl/prompt@2024": row(
    [1200, BFCL, 98.3, [92.3, 89], [92.3, 78, 26, 14], [89.7, 78, 30, 13], [87.1, 76, 35, 14]],
    [96, 12, 91, 85, 76],
  ),
  "bfcl/prompt@4.5": row(
    [1200, BFCL, 79.9, [92.3, 69], [92.3, 48, 26, 14], [89.7, 46, 30, 13], [87.1, 43, 35, 14]],
    [75, 6, 57, 49, 38],
  ),
  "bfcl/prompt@5": row(
    [1200, BFCL, 79.9, [92.3, 72], [92.3, 54, 26, 14], [89.7, 53, 30, 13], [87.1, 50, 35, 14]],
    [77, 9, 64, 58, 48],
  ),
  "bfcl/prompt@5.5": row(
    [1200, BFCL, 97.5, [92.3, 84], [92.3, 69, 26, 14], [89.7, 67, 30, 13], [87.1, 64, 35, 14]],
    [91, 8, 78, 71, 60],
  ),
  "bfcl/tool-use@4.5": row(
    [1200, [53.5, 58.6, 73.5], 90.1, [79.2, 70], [79.2, 35, 46, 36], [74.9, 40, 47, 31], [70.8, 45, 48, 27]],
    [79, 4, 49, 42, 24],
  ),
  "bfcl/tool-use@5.5": row(
    [1200, [53.5, 58.6, 73.5], 98.8, [79.2, 77], [79.2, 46, 46, 36], [74.9, 51, 47, 31], [70.8, 56, 48, 27]],
    [87, 4, 60, 54, 30],
  ),
  "tb2/terminus-2@4.5": row(
    [58, TB2, 74.2, [65.9, 65], [65.9, -64, 72, 52], [60.1, -44, 67, 44], [54.6, -26, 63, 38]],
    [67, 2, 2, 2, 2],
  ),
  "tb2/terminus-2@5.5": row(
    [58, TB2, 96.8, [65.9, 77], [65.9, -32, 72, 52], [60.1, -13, 67, 44], [54.6, 4, 63, 38]],
    [79, 2, 10, 5, 2],
  ),
  "swev/mini 4.5@4.5": row(
    [367, SWEV, 54.1, [82.0, 46], [82.0, -10, 35, 24], [79.3, -7, 38, 21], [76.6, -6, 41, 20]],
    [51, 4, 18, 12, 4],
  ),
  "swev/mini 4.5@5.5": row(
    [367, SWEV, 94.3, [82.0, 79], [82.0, 36, 35, 24], [79.3, 39, 38, 21], [76.6, 40, 41, 20]],
    [89, 7, 64, 58, 47],
  ),
  "swev/tools 3.5-4@own": row(
    [367, [40.6, 73.0, 74.4], 94.7, [80.7, 86], [80.7, 60, 59, 23], [75.8, 60, 58, 23], [71.0, 61, 56, 23]],
    [90, 44, 82, 76, 74],
  ),
  "swev/mini gpt@own": row(
    [367, [61.3, 65.4, 70.6], 93.6, [77.7, 82], [77.7, 31, 39, 29], [75.0, 36, 41, 25], [72.4, 39, 43, 23]],
    [91, 7, 66, 61, 51],
  ),
  "swepro/H-S@own": row(
    [500, [41.2, 44.4], 67.6, [50.8, 60], [50.8, 7, 59, 59], [49.2, 9, 57, 57], [47.6, 11, 55, 55]],
    [66, 9, 47, 44, 39],
  ),
  "gdpval/gpt@own": row(
    [148, [33.8, 60.8, 77.7], 93.3, [87.2, 65], [87.2, 37, 66, 34], [79.2, 42, 63, 31], [71.6, 47, 60, 29]],
    [82, 4, 55, 47, 40],
  ),
  "rl/gsm8k@own": row(
    [924, [62.6, 86.7], 99.0, [92.9, 69], [92.9, 62, 37, 37], [89.2, 59, 40, 40], [85.6, 57, 42, 42]],
    [76, 4, 63, 55, 36],
  ),
  "rl/mmlu@own": row(
    [9766, [67.8, 80.4], 99.0, [85.7, 81], [85.7, 67, 32, 32], [83.4, 63, 36, 36], [81.0, 60, 39, 39]],
    [87, 6, 71, 64, 55],
  ),
  "conf/haiku3-sonnet4@own": row(
    [3070, [77.9, 84.8], 66.7, [89.3, 59], [89.3, 45, 22, 22], [87.8, 39, 28, 28], [86.2, 33, 33, 33]],
    [63, 8, 50, 43, 35],
  ),
};

/** A figure of ours beside the published one. */
export interface Comparison {
  readonly what: string;
  readonly ours: number;
  readonly published: number;
}

/** Our anchors beside the published ones; empty where none were published. */
export function compareWithPublished(ladder: Ladder): Comparison[] {
  const theirs = PUBLISHED[`${ladder.name}@${ladder.list}`];
  if (theirs === undefined) return [];
  const ours = anchorsOf(ladder, 0.99);
  const top = ours.single.at(-1)?.cost ?? Number.NaN;
  const pairs: [string, number, number | undefined][] = [
    ["n", ours.n / 100, theirs.n],
    ...ours.single.map(({ success }, rung): [string, number, number | undefined] => [
      `success of tier ${rung}`,
      success,
      theirs.success[rung],
    ]),
    ["all cheap saves", 1 - (ours.single[0]?.cost ?? 0) / top, theirs.allCheap],
    ["oracle succeeds", ours.oracle.success, theirs.oracle[0]],
    ["oracle saves", ours.oracle.saved, theirs.oracle[1]],
    ...["100/100", "90/90", "80/80"].flatMap((name, at) => {
      const { success, saved, escalated, reachedTop } = freeCascade(ladder, name);
      return [success, saved, escalated, reachedTop].map(
        (value, part): [string, number, number | undefined] => [
          `cascade ${name} ${["succeeds", "saves", "escalates", "reaches the top"][part]}`,
          value,
          theirs.cascades[at]?.[part],
        ],
      );
    }),
    ["foresight saves", ours.foresight, theirs.at99[0]],
    ["random mix saves", ours.randomMix, theirs.at99[1]],
    ...Object.entries(ours.cascade).map(([name, saved], at): [string, number, number | undefined] => [
      `${name}, paid, in hindsight saves`,
      saved,
      theirs.at99[at + 2],
    ]),
  ];
  return pairs.map(([what, value, published]) => ({
    what,
    ours: value * 100,
    published: published ?? Number.NaN,
  }));
}

/** What is off by more than a point: the published figures are rounded. */
export function deviations(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.filter(({ ours, published }) => !(Math.abs(ours - published) <= 1));
}
