/**
 * A routing table from recorded outcomes: for each kind where to start and what to review, at the least cost that
 * keeps a target of success.
 *
 * One price of success holds for all kinds, so that no kind buys dearly what another has cheap; where two tables in a row
 * differ only in who is reviewed, a share of that kind is.
 */

import { type Estimates, estimate } from "./estimate.js";
import { ratingOf } from "./kinds.js";
import type { Reviewer } from "./reviewer.js";
import { expectation, type Treatment } from "./treatment.js";
import { topOf, type Valued } from "./values.js";

/** What is done with tasks of each kind. A kind that is not in it starts at the top. */
export type RoutingTable = ReadonlyMap<string, Treatment>;

/** What a unit of success may cost, from a hundredth to a hundred tasks at the top. */
const PRICES = Array.from({ length: 240 }, (_, at) => 10 ** (-2 + (4 * at) / 239));
const HALVINGS = 14;

/**
 * The cheapest table whose success on these tasks is at least `target` times that of the top tier.
 *
 * Where the last step of the price moves a whole category to another tier it may buy far too much. So each category that it
 * moved is also tried where it was, with the price raised for the others instead. Ratings lie on a line, which has no such
 * steps; a rating that is held against it is only chance.
 */
export function fitTable(
  tasks: readonly Valued[],
  treatments: readonly Treatment[],
  reviewer: Reviewer,
  target: number,
): RoutingTable {
  const top = topOf(tasks);
  const wanted = target * top.success;
  const estimates = estimate(tasks);
  const sums = successByKind(tasks);
  const enough = wanted * tasks.length;
  const first = raisePrice(sums, estimates, top.cost, enough, new Map());
  if (first === undefined) return new Map();
  const { below, above } = first;
  const moved = [...above].filter(
    ([kind, at]) => Number.isNaN(ratingOf(kind)) && below !== undefined && below.get(kind) !== at,
  );
  const others = moved.flatMap(([kind]) => {
    const held = new Map([[kind, below?.get(kind) ?? 0]]);
    return raisePrice(sums, estimates, top.cost, enough, held) ?? [];
  });
  const tables = [first, ...others].map((step) => between(step, tasks, treatments, reviewer, enough));
  const costs = tables.map((table) => costOf(table, tasks, reviewer));
  return tables[costs.indexOf(Math.min(...costs))] as RoutingTable;
}

/** Two choices in a row as the price of success rises: the last that has too little of it, and the first that has enough. */
interface Step {
  readonly below: Choice | undefined;
  readonly above: Choice;
}

/** Raises the price of success until there is enough of it; the kinds that are held stay as they are. */
function raisePrice(
  sums: Sums,
  estimates: Estimates,
  topCost: number,
  enough: number,
  held: Choice,
): Step | undefined {
  let below: Choice | undefined;
  for (const price of PRICES) {
    const above = new Map([...choose(estimates, price * topCost), ...held]);
    if (succeeded(sums, above) >= enough - 1e-9) return { below, above };
    below = above;
  }
  return undefined;
}

function costOf(table: RoutingTable, tasks: readonly Valued[], reviewer: Reviewer): number {
  let sum = 0;
  for (const { instance, kind } of tasks) {
    const treatment = table.get(kind);
    if (treatment !== undefined) sum += expectation(treatment, instance, reviewer).cost;
  }
  return sum;
}

/** Position of a treatment, by kind. */
type Choice = ReadonlyMap<string, number>;

function choose(estimates: Estimates, price: number): Choice {
  const choice = new Map<string, number>();
  for (const [kind, { success, cost }] of estimates) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < cost.length; at += 1) {
      const net = (cost[at] ?? 0) - price * (success[at] ?? 0);
      if (net < least) [best, least] = [at, net];
    }
    choice.set(kind, best);
  }
  return choice;
}

/** How many tasks of each kind succeed under each treatment, in expectation. */
type Sums = ReadonlyMap<string, readonly number[]>;

function successByKind(tasks: readonly Valued[]): Sums {
  const sums = new Map<string, number[]>();
  for (const { kind, success } of tasks) {
    const row = sums.get(kind);
    if (row === undefined) sums.set(kind, [...success]);
    else for (const [at, value] of success.entries()) row[at] = (row[at] ?? 0) + value;
  }
  return sums;
}

/** How many tasks succeed when each kind is treated so. */
function succeeded(sums: Sums, choice: Choice): number {
  let sum = 0;
  for (const [kind, row] of sums) sum += row[choice.get(kind) ?? 0] ?? 0;
  return sum;
}

/** The table that has enough, less as much review as it can do without. */
function between(
  { below, above }: Step,
  tasks: readonly Valued[],
  treatments: readonly Treatment[],
  reviewer: Reviewer,
  enough: number,
): RoutingTable {
  const at = (choice: Choice, kind: string) => treatments[choice.get(kind) ?? 0] as Treatment;
  const loose = [...above.keys()].filter(
    (kind) =>
      below !== undefined &&
      at(below, kind).path[0] === at(above, kind).path[0] &&
      at(below, kind).path.length === at(above, kind).path.length &&
      at(below, kind).shares.some((share, step) => share !== at(above, kind).shares[step]),
  );
  const table = (part: number) =>
    new Map(
      [...above.keys()].map((kind) => {
        const to = at(above, kind);
        if (below === undefined || !loose.includes(kind)) return [kind, to];
        const from = at(below, kind).shares;
        const shares = to.shares.map((share, step) => {
          const less = from[step] ?? 0;
          return less + part * (share - less);
        });
        return [kind, { path: to.path, shares }];
      }),
    );
  if (loose.length === 0) return table(1);
  const moved = tasks.filter(({ kind }) => loose.includes(kind));
  const fixed = tasks.filter(({ kind }) => !loose.includes(kind));
  return table(leastPart(moved, table, reviewer, enough - succeeded(successByKind(fixed), above)));
}

/** The least part of the way from one table to the other at which these tasks together succeed often enough. */
function leastPart(
  tasks: readonly Valued[],
  table: (part: number) => RoutingTable,
  reviewer: Reviewer,
  needed: number,
): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    const tried = table(middle);
    let sum = 0;
    for (const { instance, kind } of tasks) {
      const treatment = tried.get(kind);
      if (treatment !== undefined) sum += expectation(treatment, instance, reviewer).success;
    }
    if (sum >= needed - 1e-9) high = middle;
    else low = middle;
  }
  return high;
}
