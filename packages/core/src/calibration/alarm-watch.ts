import type { RunEvent } from "../run/events.js";
import type { Alarm } from "./alarm.js";
import { alarmsOf, type Signs } from "./alarms.js";
import { type Lesson, Tally } from "./calibrate.js";
import type { CalibrationRow } from "./calibration-row.js";
import { addTo, noSums, type Sums, sumsOf } from "./sums.js";
import { type Trend, trendKey } from "./trends.js";

/** What a run knows of what is wrong: what earlier runs taught, and what it taught itself so far. */
export interface AlarmWatch {
  readonly top: string;
  readonly tally: Tally;
  /** What each row of this run had come to when it was last added to the sums. */
  readonly added: Map<Lesson, Sums>;
  /** By kind and tier, by tier, and of all: earlier runs and this one together. */
  readonly kinds: Map<string, Sums>;
  readonly tiers: Map<string, Sums>;
  readonly all: Sums;
  /** What this run taught alone, by kind and tier. */
  readonly own: Map<string, Sums>;
  readonly trends: Map<string, Trend>;
  /** What was found already: each alarm is raised once. */
  readonly found: Set<string>;
  /** What was found and is not recorded yet. */
  due: Alarm[];
}

/** A watch that has heard nothing. */
export function newWatch(top: string): AlarmWatch {
  const [kinds, tiers, own] = [new Map(), new Map(), new Map()];
  const state = {
    tally: new Tally(),
    added: new Map(),
    trends: new Map(),
    found: new Set<string>(),
    due: [],
  };
  return { top, kinds, tiers, own, all: noSums(), ...state };
}

/** Has a watch hear an event: looks again only at what it changes, and at each in the same time. */
export function watchFor(watch: AlarmWatch, event: RunEvent): void {
  if (event.type === "calibration.loaded") load(watch, event.rows, event.trends);
  else if (event.type === "alarm.raised") {
    watch.found.add(keyOf(event));
    watch.due = watch.due.filter((alarm) => keyOf(alarm) !== keyOf(event));
  } else {
    const changed = watch.tally.hear(event);
    if (changed !== undefined) look(watch, changed);
  }
}

/** The alarms that earlier runs alone call for. */
export function alarmsIn(
  rows: readonly CalibrationRow[],
  trends: readonly Trend[],
  top: string,
): readonly Alarm[] {
  const watch = newWatch(top);
  load(watch, rows, trends);
  const found = rows.flatMap((row) => alarmsOf(signsOf(watch, row)));
  return [...new Map(found.map((alarm) => [keyOf(alarm), alarm])).values()];
}

function load(watch: AlarmWatch, rows: readonly CalibrationRow[], trends: readonly Trend[]): void {
  for (const row of rows) count(watch, row, sumsOf(row), noSums());
  for (const trend of trends) watch.trends.set(trendKey(trend), trend);
}

function look(watch: AlarmWatch, changed: Lesson): void {
  const [now, before] = [sumsOf(changed), watch.added.get(changed) ?? noSums()];
  watch.added.set(changed, now);
  count(watch, changed, now, before);
  addTo(sumsIn(watch.own, trendKey(changed)), now, before);
  for (const alarm of alarmsOf(signsOf(watch, changed))) {
    if (watch.found.has(keyOf(alarm))) continue;
    watch.found.add(keyOf(alarm));
    watch.due.push(alarm);
  }
}

type Place = Pick<CalibrationRow, "kind" | "tier">;

function count({ kinds, tiers, all }: AlarmWatch, place: Place, now: Sums, before: Sums): void {
  for (const sums of [sumsIn(kinds, trendKey(place)), sumsIn(tiers, place.tier), all])
    addTo(sums, now, before);
}

function sumsIn(places: Map<string, Sums>, key: string): Sums {
  const sums = places.get(key) ?? noSums();
  places.set(key, sums);
  return sums;
}

function keyOf({ alarm, kind, tier }: Pick<Alarm, "alarm" | "kind" | "tier">): string {
  return JSON.stringify([alarm, kind, tier]);
}

function signsOf({ top, kinds, tiers, all, own, trends }: AlarmWatch, { kind, tier }: Place): Signs {
  const key = trendKey({ kind, tier });
  const trend = trends.get(key);
  const { started, acceptedFirst } = own.get(key) ?? noSums();
  return {
    kind,
    tier,
    isTop: tier === top,
    ofKind: kinds.get(key) ?? noSums(),
    ofTier: tiers.get(tier) ?? noSums(),
    attempts: all.attempts,
    trend: trend && {
      ...trend,
      lately: {
        judged: trend.lately.judged + started,
        accepted: trend.lately.accepted + acceptedFirst,
      },
    },
  };
}
