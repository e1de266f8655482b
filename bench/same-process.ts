/**
 * Suites that run the implementation under test and the base in turn, in this process.
 *
 * A ratio is taken inside a round, where both met the same machine, and the rounds are alternated, so that neither
 * always runs on what the other left behind.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Implementation, type Measurement, measure } from "./measure.js";
import { type Goal, type Measured, median, type Round, summarize } from "./report.js";
import { createWorkload, shortestMakespanMs, type Workload, type WorkloadName } from "./workloads.js";

/** The implementation under test, and the one its figures are divided by. */
export interface Contest {
  readonly subject: Implementation;
  readonly base: Implementation;
  readonly concurrency: number;
}

/** How often a suite is repeated, after `warmUps` rounds that are thrown away. */
export interface Repeats {
  readonly rounds: number;
  readonly warmUps: number;
}

const GOALS_IN_A_ROW = 300;

/** Wall time per task, in microseconds. */
export async function measureTaskTime(contest: Contest, name: WorkloadName, goal?: Goal): Promise<Measured> {
  const workload = createWorkload(name);
  const rounds = await alternate(
    takeOf(contest, async (implementation) => {
      const { elapsedMs } = await measure(implementation, workload, contest.concurrency);
      return (elapsedMs * 1_000) / workload.tasks.length;
    }),
    { rounds: 15, warmUps: 2 },
  );
  return { workload: name, figure: "us/task", ...summarize(rounds), ...(goal && { goal }) };
}

/** Median wall time of one small goal, in milliseconds, over many goals one after the other. */
export async function measureGoalTime(contest: Contest, goal: Goal): Promise<Measured> {
  const workload = createWorkload("w5");
  const rounds = await alternate(
    takeOf(contest, async (implementation) => {
      const timesMs: number[] = [];
      for (let turn = 0; turn < GOALS_IN_A_ROW; turn += 1) {
        timesMs.push((await measure(implementation, workload, contest.concurrency)).elapsedMs);
      }
      return median(timesMs);
    }),
    { rounds: 7, warmUps: 1 },
  );
  return { workload: "w5", figure: "ms/goal", ...summarize(rounds), goal };
}

/** Makespan divided by the shortest that any schedule could reach, with the latencies that the timers really gave. */
export async function measureMakespan(contest: Contest, name: WorkloadName, goal: Goal): Promise<Measured> {
  const workload = createWorkload(name);
  const rounds = await alternate(
    takeOf(contest, async (implementation) => {
      const measurement = await measure(implementation, workload, contest.concurrency);
      return toMakespanRatio(workload, measurement, contest.concurrency);
    }),
    { rounds: 3, warmUps: 0 },
  );
  return { workload: name, figure: "makespan/bound", ...summarize(rounds), goal };
}

function toMakespanRatio(workload: Workload, measurement: Measurement, concurrency: number): number {
  return measurement.elapsedMs / shortestMakespanMs(workload.tasks, measurement.latenciesMs, concurrency);
}

/** What one round takes of each side. */
interface Takings {
  readonly subject: () => Promise<number>;
  readonly base: () => Promise<number>;
}

function takeOf(
  { subject, base }: Contest,
  take: (implementation: Implementation) => Promise<number>,
): Takings {
  return { subject: () => take(subject), base: () => take(base) };
}

/** Takes figures of both sides in turn, each on a clean heap; who is first changes with each round. */
export async function alternate({ subject, base }: Takings, { rounds, warmUps }: Repeats): Promise<Round[]> {
  const collectGarbage = exposeGarbageCollection();
  const takeClean = (take: () => Promise<number>) => {
    collectGarbage();
    return take();
  };

  const taken: Round[] = [];
  for (let turn = 0; turn < warmUps + rounds; turn += 1) {
    const round =
      turn % 2 === 0
        ? { base: await takeClean(base), subject: await takeClean(subject) }
        : { subject: await takeClean(subject), base: await takeClean(base) };
    if (turn >= warmUps) taken.push(round);
  }
  return taken;
}

// Asked for here rather than by a flag of the process, so that the bench needs no special way of starting it.
function exposeGarbageCollection(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
