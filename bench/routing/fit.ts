/**
 * Routing tables from recorded outcomes: for each kind where to start and what to review, at the least cost that keeps a
 * target of success.
 *
 * Success is bought where it is cheapest, kind by kind, until there is enough; the last purchase in part: by reviewing a
 * share, or by starting a share of the tasks elsewhere.
 */

import { type Estimates, estimate } from "./estimate.js";
import { lowerHull, priceBetween } from "./hull.js";
import type { Reviewer } from "./reviewer.js";
import {
  expectationOf,
  type RoutingTable,
  type SplitTable,
  TOP_ALONE,
  treatmentsOf,
  whole,
} from "./split-table.js";
import type { Treatment } from "./treatment.js";
import { topOf, type Valued } from "./values.js";

const MOST_GUESSES = 14;
/** Sums of many tasks are this inexact. */
const ROUNDING = 1e-9;

/** The cheapest tables whose success on the tasks that they were fitted to is at least `target` times that of the top. */
export type Fitted = (target: number) => SplitTable;

/** Weighs the treatments by what they came to on these tasks. */
export function fitTable(
  tasks: readonly Valued[],
  treatments: readonly Treatment[],
  reviewer: Reviewer,
): Fitted {
  const top = topOf(tasks) * tasks.length;
  const { cheapest, purchases } = purchasesFrom(estimate(tasks));
  const sums = successByKind(tasks);
  const succeeded = (kind: string, at: number) => sums.get(kind)?.[at] ?? 0;
  return (target) => {
    const enough = target * top - ROUNDING;
    const choice = new Map(cheapest);
    let reached = 0;
    for (const [kind, at] of cheapest) reached += succeeded(kind, at);
    const tableOf = () => new Map([...choice].map(([kind, at]) => [kind, treatments[at] as Treatment]));
    if (reached >= enough) return whole(tableOf());
    for (const { kind, from, to } of purchases) {
      const after = reached + succeeded(kind, to) - succeeded(kind, from);
      if (after >= enough) {
        const bought = { kind, from: treatments[from] as Treatment, to: treatments[to] as Treatment };
        const without = reached - succeeded(kind, from);
        const successOf = (table: SplitTable) => without + successIn(table, kind, tasks, reviewer);
        return leastPart(tableOf(), bought, { reached, after, enough }, successOf);
      }
      choice.set(kind, to);
      reached = after;
    }
    return TOP_ALONE;
  };
}

/** For one kind, a dearer and better treatment in the place of another; by their positions. */
interface Purchase {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** Of a unit of success. */
  readonly price: number;
}

/** The cheapest treatment of each kind, and what can be bought from there on, cheapest first. */
function purchasesFrom(estimates: Estimates) {
  const cheapest = new Map<string, number>();
  const purchases: Purchase[] = [];
  for (const [kind, { success, cost }] of estimates) {
    const hull = lowerHull(success.map((rate, at) => ({ at, success: rate, cost: cost[at] ?? 0 })));
    hull.forEach((to, step) => {
      const from = hull[step - 1];
      if (from === undefined) cheapest.set(kind, to.at);
      else purchases.push({ kind, from: from.at, to: to.at, price: priceBetween(from, to) });
    });
  }
  return { cheapest, purchases: purchases.sort((a, b) => a.price - b.price) };
}

/** How many tasks of each kind succeed under each treatment, in expectation. */
function successByKind(tasks: readonly Valued[]): ReadonlyMap<string, readonly number[]> {
  const sums = new Map<string, number[]>();
  for (const { kind, success } of tasks) {
    const row = sums.get(kind);
    if (row === undefined) sums.set(kind, [...success]);
    else for (const [at, value] of success.entries()) row[at] = (row[at] ?? 0) + value;
  }
  return sums;
}

/** How many tasks of one kind succeed by a table. */
function successIn(table: SplitTable, kind: string, tasks: readonly Valued[], reviewer: Reviewer): number {
  let sum = 0;
  for (const task of tasks) {
    if (task.kind !== kind) continue;
    const { instance } = task;
    sum += expectationOf(treatmentsOf(table, kind, instance.outcomes.length), instance, reviewer).success;
  }
  return sum;
}

/** What is bought: another treatment for a kind. */
interface Bought {
  readonly kind: string;
  readonly from: Treatment;
  readonly to: Treatment;
}

/** The least part of a purchase with which enough tasks succeed; without it too few do. */
function leastPart(
  table: RoutingTable,
  bought: Bought,
  { reached, after, enough }: { readonly reached: number; readonly after: number; readonly enough: number },
  successOf: (table: SplitTable) => number,
): SplitTable {
  // Success mostly grows in a line, so that the first guess is right; where it does not, each guess comes nearer.
  let [low, high] = [0, 1];
  let [missing, spare] = [enough - reached, after - enough];
  for (let guess = 0; guess < MOST_GUESSES && spare > ROUNDING; guess += 1) {
    const part = low + ((high - low) * missing) / (missing + spare);
    if (isLine(bought)) return inPart(table, bought, part);
    const more = successOf(inPart(table, bought, part)) - enough;
    if (more < -ROUNDING) [low, missing] = [part, -more];
    else [high, spare] = [part, more];
  }
  return inPart(table, bought, high);
}

/** Whether success grows in a line with the part that is bought: where one share of reviews changes, or starts alone do. */
function isLine({ from, to }: Bought): boolean {
  const changed = from.path.filter((rung) => {
    const [less, more] = [reviewedAt(from, rung), reviewedAt(to, rung)];
    return less !== undefined && more !== undefined && less !== more;
  });
  return changed.length === 0 || (changed.length === 1 && from.path.join() === to.path.join());
}

/** A table with a purchase made in part. Whoever starts where, a tier reviews the same share of what it makes of a kind. */
function inPart(table: RoutingTable, { kind, from, to }: Bought, part: number): SplitTable {
  const shareAt = (rung: number) => {
    const [less, more] = [reviewedAt(from, rung), reviewedAt(to, rung)];
    return less === undefined || more === undefined ? (less ?? more ?? 0) : less + part * (more - less);
  };
  const withShares = ({ path }: Treatment) =>
    new Map(table).set(kind, { path, shares: path.slice(0, -1).map(shareAt) });
  if (from.path.join() === to.path.join()) return whole(withShares(to));
  return { share: part, first: withShares(to), second: withShares(from) };
}

/** The share that is reviewed of what a rung makes; `undefined` where a task never comes to it, or ends there. */
function reviewedAt({ path, shares }: Treatment, rung: number): number | undefined {
  const step = path.indexOf(rung);
  const comes = step !== -1 && shares.slice(0, step).every((share) => share > 0);
  return comes && step < path.length - 1 ? shares[step] : undefined;
}
