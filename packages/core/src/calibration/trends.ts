import type { Lesson } from "./calibrate.js";
import type { WordCount } from "./words.js";

/** What became of the first outputs of a kind at a tier: before, and lately. */
export interface Trend {
  readonly kind: string;
  readonly tier: string;
  /** The golden set that `before` comes from; `null` when it comes from older runs. */
  readonly golden: string | null;
  readonly before: WordCount;
  readonly lately: WordCount;
}

/** What a run teaches trends. */
interface Taught {
  readonly lessons: readonly Lesson[];
  readonly golden: string | null;
  readonly at: number;
}

/** So many first outputs are lately: enough to see a fall of a third, few enough to see it soon. */
const LATELY = 40;

/**
 * How kinds fare at tiers lately, against a baseline: their golden set when there was one, else all older runs.
 *
 * @param runs The newest first.
 */
export function trendsOf(runs: readonly Taught[]): readonly Trend[] {
  const trends = new Map<string, Writable<Trend>>();
  for (const { lessons, golden, at } of runs.filter(({ golden }) => golden !== null)) {
    for (const lesson of lessons) {
      const trend = trendFor(trends, lesson);
      // Of the same set at the same time: its runs at each tier are submitted one after the other.
      if (trend.golden !== null && (trend.golden !== golden || trend.since - at > SITTING_MS)) continue;
      if (trend.golden === null) Object.assign(trend, { golden, since: at });
      add(trend.before, lesson);
    }
  }
  for (const { lessons, at } of runs.filter(({ golden }) => golden === null)) {
    for (const lesson of lessons) {
      const trend = trendFor(trends, lesson);
      if (trend.lately.judged < LATELY && at >= trend.since) add(trend.lately, lesson);
      else if (trend.golden === null) add(trend.before, lesson);
    }
  }
  return [...trends.values()]
    .filter(({ before }) => before.judged > 0)
    .map(({ since: _, ...trend }) => trend);
}

/** A golden set is done at all tiers within a day. */
const SITTING_MS = 86_400_000;

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] } & {
  since: number;
  readonly before: { judged: number; accepted: number };
  readonly lately: { judged: number; accepted: number };
};

function trendFor(trends: Map<string, Writable<Trend>>, { kind, tier }: Lesson): Writable<Trend> {
  const key = trendKey({ kind, tier });
  const none = (): { judged: number; accepted: number } => ({ judged: 0, accepted: 0 });
  const trend = trends.get(key) ?? { kind, tier, golden: null, since: 0, before: none(), lately: none() };
  trends.set(key, trend);
  return trend;
}

/** By what trends are told apart. */
export function trendKey({ kind, tier }: Pick<Trend, "kind" | "tier">): string {
  return JSON.stringify([kind, tier]);
}

function add(sum: { judged: number; accepted: number }, { started, acceptedFirst }: Lesson): void {
  sum.judged += started;
  sum.accepted += acceptedFirst;
}
