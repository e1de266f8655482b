/** Two routing tables, and the share of tasks that go by the first: what a team declares with `split`. */

import type { Instance } from "./ladder.js";
import type { Reviewer } from "./reviewer.js";
import { type Expectation, expectation, reviewedFrom, type Treatment } from "./treatment.js";

/** What is done with tasks of each kind. A kind that is not in it starts at the top. */
export type RoutingTable = ReadonlyMap<string, Treatment>;

export interface SplitTable {
  /** From 0 to 1, chosen by a hash of the task: nothing that is known only afterwards decides. */
  readonly share: number;
  readonly first: RoutingTable;
  /** For the other tasks. */
  readonly second: RoutingTable;
}

/** A table for all tasks. */
export const whole = (table: RoutingTable): SplitTable => ({ share: 1, first: table, second: table });

/** Everything starts at the top. */
export const TOP_ALONE: SplitTable = whole(new Map());

/** What may become of a task of a kind, each with how likely it is. */
export function treatmentsOf(
  table: SplitTable,
  kind: string,
  tiers: number,
): (readonly [number, Treatment])[] {
  const top = reviewedFrom(tiers - 1, tiers);
  const first = table.first.get(kind) ?? top;
  const second = table.second.get(kind) ?? top;
  if (table.share === 1 || first === second) return [[1, first]];
  return [
    [table.share, first],
    [1 - table.share, second],
  ];
}

/** What a task comes to, in expectation over the hash, the reviewer and trials. */
export function expectationOf(
  treatments: readonly (readonly [number, Treatment])[],
  instance: Instance,
  reviewer: Reviewer,
): Expectation {
  const [only, ...others] = treatments.map(
    ([share, treatment]) => [share, expectation(treatment, instance, reviewer)] as const,
  );
  if (only === undefined) throw new Error("A task that nothing is done with comes to nothing.");
  if (others.length === 0) return only[1];
  const all = [only, ...others];
  const sum = (of: (each: Expectation) => number) =>
    all.reduce((total, [share, each]) => total + share * of(each), 0);
  const byRung = (of: (each: Expectation) => readonly number[]) =>
    instance.outcomes.map((_, rung) => sum((each) => of(each)[rung] ?? 0));
  return {
    success: sum(({ success }) => success),
    cost: sum(({ cost }) => cost),
    reviewCost: sum(({ reviewCost }) => reviewCost),
    calls: byRung(({ calls }) => calls),
    spent: byRung(({ spent }) => spent),
    escalated: sum(({ escalated }) => escalated),
  };
}
