import type { RunEvent } from "../run/events.js";
import type { Alarm } from "./alarm.js";
import { alarmsOf, type Signs } from "./alarms.js";
import { Tally } from "./calibrate.js";
import type { CalibrationRow } from "./calibration-row.js";
import { type Trend, trendKey } from "./trends.js";

/** What a run knows of what is wrong: what earlier runs taught, and what it taught itself so far. */
export interface AlarmWatch {
  readonly top: string;
  readonly tally: Tally;
  /** What earlier runs taught. */
  rows: readonly CalibrationRow[];
  readonly trends: Map<string, Trend>;
  /** What was found already: each alarm is raised once. */
  readonly found: Set<string>;
  /** What was found and is not recorded yet. */
  due: Alarm[];
}

/** A watch that has heard nothing. */
export function newWatch(top: string): AlarmWatch {
  return { top, tally: new Tally(), rows: [], trends: new Map(), found: new Set(), due: [] };
}

/** Has a watch hear an event: looks again only at what it changes, in as much time as there are rows. */
export function watchFor(watch: AlarmWatch, event: RunEvent): void {
  if (event.type === "calibration.loaded") {
    watch.rows = event.rows;
    for (const trend of event.trends) watch.trends.set(trendKey(trend), trend);
    return;
  }
  if (event.type === "alarm.raised") {
    watch.found.add(keyOf(event));
    watch.due = watch.due.filter((alarm) => keyOf(alarm) !== keyOf(event));
    return;
  }
  const changed = watch.tally.hear(event);
  if (changed === undefined) return;
  for (const alarm of alarmsOf(signsOf(watch, changed))) {
    if (watch.found.has(keyOf(alarm))) continue;
    watch.found.add(keyOf(alarm));
    watch.due.push(alarm);
  }
}

/** The alarms that earlier runs alone call for. */
export function alarmsIn(
  rows: readonly CalibrationRow[],
  trends: readonly Trend[],
  top: string,
): readonly Alarm[] {
  const watch = { ...newWatch(top), rows, trends: new Map(trends.map((each) => [trendKey(each), each])) };
  const found = rows.flatMap((row) => alarmsOf(signsOf(watch, row)));
  return [...new Map(found.map((alarm) => [keyOf(alarm), alarm])).values()];
}

function keyOf({ alarm, kind, tier }: Pick<Alarm, "alarm" | "kind" | "tier">): string {
  return JSON.stringify([alarm, kind, tier]);
}

function signsOf(
  { top, tally, rows, trends }: AlarmWatch,
  { kind, tier }: Pick<CalibrationRow, "kind" | "tier">,
): Signs {
  const own = tally.rows;
  const all = [...rows, ...own];
  const ofTier = all.filter((row) => row.tier === tier);
  const trend = trends.get(trendKey({ kind, tier }));
  const here = own.filter((row) => row.tier === tier && row.kind === kind);
  return {
    kind,
    tier,
    isTop: tier === top,
    ofKind: ofTier.filter((row) => row.kind === kind),
    ofTier,
    attempts: all.reduce((total, { attempts }) => total + attempts, 0),
    trend: trend && {
      ...trend,
      lately: {
        judged: here.reduce((total, { started }) => total + started, trend.lately.judged),
        accepted: here.reduce((total, { acceptedFirst }) => total + acceptedFirst, trend.lately.accepted),
      },
    },
  };
}
