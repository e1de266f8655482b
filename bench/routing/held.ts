/** Tasks that a table has not seen, and what it comes to on them: asked for many tables, so that sums are kept by kind. */

import type { Reviewer } from "./reviewer.js";
import { expectationOf, type SplitTable, treatmentsOf } from "./split-table.js";
import type { Treatment } from "./treatment.js";
import type { Valued } from "./values.js";

export class Held {
  /** How many of these tasks succeed at the top. */
  readonly topSuccess: number;
  readonly #byKind: ReadonlyMap<string, readonly Valued[]>;
  readonly #positions: ReadonlyMap<Treatment, number>;
  readonly #sums = new Map<string, number>();
  readonly #reviewer: Reviewer;

  /** @param treatments Those that the tasks were valued with, in the same order. */
  constructor(tasks: readonly Valued[], treatments: readonly Treatment[], reviewer: Reviewer) {
    const byKind = new Map<string, Valued[]>();
    for (const task of tasks) {
      const others = byKind.get(task.kind);
      if (others === undefined) byKind.set(task.kind, [task]);
      else others.push(task);
    }
    this.topSuccess = tasks.reduce((sum, { instance }) => sum + (instance.outcomes.at(-1)?.success ?? 0), 0);
    this.#byKind = byKind;
    this.#positions = new Map(treatments.map((treatment, at) => [treatment, at]));
    this.#reviewer = reviewer;
  }

  /** How many of these tasks succeed by a table. */
  successWith(table: SplitTable): number {
    let success = 0;
    for (const [kind, tasks] of this.#byKind) {
      const treatments = this.#treatmentsOf(table, kind, tasks);
      const at = this.#positionOf(treatments);
      if (at !== undefined) success += this.#sumOf(kind, tasks, at);
      else
        for (const { instance } of tasks)
          success += expectationOf(treatments, instance, this.#reviewer).success;
    }
    return success;
  }

  /** What each task costs less than at the top, by its id. */
  *savedWith(table: SplitTable): Generator<readonly [id: string, saved: number]> {
    for (const [kind, tasks] of this.#byKind) {
      const treatments = this.#treatmentsOf(table, kind, tasks);
      const at = this.#positionOf(treatments);
      for (const { instance, cost } of tasks) {
        const paid =
          at === undefined ? expectationOf(treatments, instance, this.#reviewer).cost : (cost[at] ?? 0);
        yield [instance.id, (instance.outcomes.at(-1)?.cost ?? 0) - paid];
      }
    }
  }

  #treatmentsOf(table: SplitTable, kind: string, [first]: readonly Valued[]) {
    return treatmentsOf(table, kind, first?.instance.outcomes.length ?? 0);
  }

  /** Where what is done stands among the treatments; `undefined` for what is done in part, or was never valued. */
  #positionOf([only, ...others]: readonly (readonly [number, Treatment])[]): number | undefined {
    return only === undefined || others.length > 0 ? undefined : this.#positions.get(only[1]);
  }

  #sumOf(kind: string, tasks: readonly Valued[], at: number): number {
    const key = `${at} ${kind}`;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const sum = tasks.reduce((total, { success }) => total + (success[at] ?? 0), 0);
    this.#sums.set(key, sum);
    return sum;
  }
}
