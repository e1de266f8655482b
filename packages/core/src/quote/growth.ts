// What nobody knows beforehand of a plan that grows: how many items a list has, what a subgoal is planned as, and what a
// planner changes.
import type { AcceptedPlan, Task } from "../plan/plan.js";
import type { Limits } from "../run/limits.js";
import type { QuoteLine } from "./quote.js";
import { type Estimate, NONE, type Range } from "./range.js";
import type { Stay } from "./stay.js";

/** How far the figures of a quote can be known. */
export interface Certainty {
  /** Whether anybody can say what is likely. */
  readonly isLikelyKnown: boolean;
  /** Whether anything but a budget bounds it. */
  readonly isBounded: boolean;
}

/** How far what a plan costs can be known. */
export function certaintyOf({ tasks }: AcceptedPlan, { maxRevisions }: Limits): Certainty {
  const hasSubgoal = tasks.some(({ subgoal }) => subgoal !== undefined);
  const hasItems = tasks.some(({ forEach }) => forEach !== undefined);
  return { isLikelyKnown: !hasSubgoal && !hasItems, isBounded: !hasSubgoal && maxRevisions === 0 };
}

/** A line as far as it can be known. */
export function asKnown(
  line: QuoteLine,
  { isLikelyKnown, isBounded }: Certainty,
  most: number | null,
): QuoteLine {
  const { min, likely, max } = line.calls;
  return {
    ...line,
    likelyUsd: isLikelyKnown ? line.likelyUsd : null,
    maxUsd: isBounded ? line.maxUsd : most === null ? null : most / 1_000_000,
    // A budget bounds what calls cost, and not how many there are.
    calls: { min, likely: isLikelyKnown ? likely : null, max: isBounded ? max : null },
  };
}

/** How often a task is done: once, or for each item of a list that may be empty. */
export function timesOf({ forEach }: Task, { maxItems }: Limits): Range {
  return forEach === undefined ? { least: 1, likely: 1, most: 1 } : { least: 0, likely: 1, most: maxItems };
}

/** The same for each time. */
export function repeated(stay: Stay, times: Range): Stay {
  return {
    ...stay,
    microUsd: stay.microUsd === null ? null : each(stay.microUsd, times),
    calls: each(stay.calls, times),
  };
}

export function each(range: Range, times: Range): Range {
  return {
    least: range.least * times.least,
    likely: range.likely * times.likely,
    most: range.most * times.most,
  };
}

/** What is said of a plan that grows, in sentences. */
export function growthInWords(
  { tasks }: AcceptedPlan,
  { maxItems, maxRevisions }: Limits,
  items: ReadonlyMap<string, Estimate>,
): readonly string[] {
  return [
    ...tasks.flatMap((task) =>
      task.forEach === undefined ? [] : [itemInWords(task, maxItems, items.get(task.id))],
    ),
    ...tasks.flatMap(({ id, subgoal }) =>
      subgoal === undefined
        ? []
        : [
            `What subgoal "${id}" costs is known once it is planned; it may spend ${Math.round(subgoal * 100)} % of the budget.`,
          ],
    ),
    ...(maxRevisions === 0
      ? []
      : [`The planner may change the plan ${maxRevisions} times; what that brings is in no figure.`]),
  ];
}

function itemInWords({ id, forEach }: Task, maxItems: number, item: Estimate | undefined): string {
  const microUsd = item?.microUsd ?? null;
  const { least, likely, most } = microUsd ?? NONE;
  const usd = (amount: number): string => (amount / 1_000_000).toFixed(6);
  const cost =
    microUsd === null ? "an unknown amount" : `${usd(least)} to ${usd(most)} USD, probably ${usd(likely)}`;
  return `"${id}" is done for each item of "${forEach}", for none at least and for ${maxItems} at most; each costs ${cost}.`;
}
