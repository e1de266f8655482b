// The ways to disturb runs. Each disturbs many, some at a time, and says what was found.

import { type Hit, hitAndResume } from "./hit-and-resume.js";
import { inLanes, type Lane } from "./in-lanes.js";
import type { Findings, Reference } from "./judge.js";
import { type Halt, POSITIONS } from "./orders.js";
import { nameOfPoint, type Point } from "./points.js";
import { below, seeded } from "./random.js";

/** What every mode needs. */
export interface Setting {
  readonly reference: Reference & { readonly ms: number };
  /** Runs at a time. */
  readonly lanes: number;
  /** Hears of each run as soon as it is judged: what was done to it, and what was found. */
  readonly onJudged: (name: string, found: Findings) => void;
}

/** What a mode found. */
export interface Result {
  readonly found: readonly Findings[];
  /** Figures of this mode alone. */
  readonly extra: { readonly [name: string]: number };
}

/**
 * Kills a process at every point.
 *
 * Events that are recorded together share their write, so one kill before or after it is a kill at each of them; it is
 * counted for all, and made once.
 */
export async function killAtPoints(points: readonly Point[], setting: Setting): Promise<Result> {
  const covered = new Set<string>();
  const found = await inLanes(points, setting.lanes, async (point, lane) => {
    const name = nameOfPoint(point);
    if (covered.has(name)) return [];
    const findings = await disturb(name, [point], lane, setting);
    const shared = point.position === "begun" ? [] : findings.write;
    for (const event of shared) covered.add(nameOfPoint({ ...point, event }));
    covered.add(name);
    return [findings];
  });
  const wanted = points.filter((point) => covered.has(nameOfPoint(point)));
  const kills = found.flat();
  return { found: kills, extra: { points: wanted.length, kills: kills.length } };
}

/** Kills from outside, at a time that follows from the seed and the number of the run. */
export async function killAtRandom(count: number, seed: number, setting: Setting): Promise<Result> {
  const hits = Array.from({ length: count }, (_, index): readonly Hit[] => {
    const random = seeded(seed + index);
    return [{ afterMs: Math.round(random() * setting.reference.ms) }];
  });
  return disturbAll(hits, seed, setting);
}

/** Kills a process, and then one to four of those that go on, each at a place that follows from the seed. */
export async function killAgain(count: number, seed: number, setting: Setting): Promise<Result> {
  const events = setting.reference.log.length;
  const hits = Array.from({ length: count }, (_, index): readonly Hit[] => {
    const random = seeded(seed + index);
    const kills = 2 + below(random, 4);
    return Array.from({ length: kills }, (): Halt => {
      const event = 1 + below(random, Math.floor((1.5 * events) / kills));
      return { event, position: POSITIONS[below(random, 3)] ?? "before", blow: "kill" };
    });
  });
  const { found } = await disturbAll(hits, seed, setting);
  return { found, extra: { kills: hits.flat().length } };
}

async function disturbAll(all: readonly (readonly Hit[])[], seed: number, setting: Setting): Promise<Result> {
  const numbered = all.map((hits, index) => ({ hits, name: `seed ${seed + index}` }));
  const work = ({ hits, name }: (typeof numbered)[number], lane: Lane) =>
    disturb(`${name}: ${JSON.stringify(hits)}`, hits, lane, setting);
  const found = await inLanes(numbered, setting.lanes, work, all.flat().length);
  return { found, extra: {} };
}

async function disturb(name: string, hits: readonly Hit[], lane: Lane, { reference, onJudged }: Setting) {
  const cast = { victim: () => lane.nursery.take(), survivor: lane.survivor() };
  const findings = await hitAndResume(hits, cast, reference);
  onJudged(name, findings);
  return findings;
}
