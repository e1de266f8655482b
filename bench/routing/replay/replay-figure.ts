/** What a replay came to, beside what the table promised in expectation. */

import type { Interval, Pair } from "../bootstrap.js";
import { pairedIntervals } from "../bootstrap.js";
import type { Ladder } from "../ladder.js";
import type { Replayed } from "./over-http.js";
import { tokenOf } from "./records.js";

export interface ReplayFigure {
  readonly dataset: string;
  readonly list: string;
  readonly reviewer: string;
  readonly replay: "in process" | "over HTTP";
  readonly n: number;
  /** Per cent of all-top success over the same tasks. */
  readonly success: number;
  readonly successInterval: Interval;
  /** Per cent of all-top cost; over HTTP, at the simulator's prices for the tokens of the real prompts: read `usd`. */
  readonly saved: number | null;
  readonly savedInterval: Interval | null;
  readonly usd: number;
  readonly reviewUsd: number;
  readonly escalated: number;
  readonly topByCalls: number;
  /** Per cent of tasks accepted by the reviewer, by rule, and by a person after a rejection at the top. */
  readonly acceptedBy: Readonly<Record<string, number>>;
}

export function replayFigure(
  ladder: Ladder,
  reviewer: string,
  mode: ReplayFigure["replay"],
  { decisions, grades }: Replayed,
): ReplayFigure {
  const byToken = new Map(ladder.instances.map((instance) => [tokenOf(instance.id), instance]));
  const pairs = decisions.map(({ token, usd }, at): Pair => {
    const top = byToken.get(token)?.outcomes.at(-1);
    return {
      success: grades[at] === true ? 1 : 0,
      cost: usd,
      topSuccess: top?.success ?? 0,
      topCost: top?.cost ?? 0,
    };
  });
  const sum = (of: keyof Pair) => pairs.reduce((total, pair) => total + pair[of], 0);
  const intervals = pairedIntervals(pairs);
  const n = decisions.length;
  const attempts = decisions.flatMap((decision) => decision.attempts);
  const inPercent = ([low, high]: Interval): Interval => [percent(low), percent(high)];
  const metered = mode === "in process";
  return {
    dataset: ladder.name,
    list: ladder.list,
    reviewer,
    replay: mode,
    n,
    success: percent(sum("success") / sum("topSuccess")),
    successInterval: inPercent(intervals.success),
    saved: metered ? percent(1 - sum("cost") / sum("topCost")) : null,
    savedInterval: metered ? inPercent(intervals.saved) : null,
    usd: decisions.reduce((total, { usd }) => total + usd, 0),
    reviewUsd: decisions.reduce((total, { reviewUsd }) => total + reviewUsd, 0),
    escalated: percent(decisions.filter((decision) => decision.attempts.length > 1).length / n),
    topByCalls: percent(attempts.filter((tier) => tier === "opus").length / attempts.length),
    acceptedBy: Object.fromEntries(
      ["reviewer", "rule", "person"].map((who) => [
        who,
        percent(decisions.filter(({ acceptedBy }) => acceptedBy === who).length / n),
      ]),
    ),
  };
}

function percent(share: number): number {
  return Math.floor(share * 10_000 + 1e-6) / 100;
}
