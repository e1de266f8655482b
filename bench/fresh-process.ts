/** Suites in which every single run has a process of its own: how time grows with the number of tasks, and memory. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { FreshRun } from "./fresh-run.js";
import type { ImplementationName } from "./implementations.js";
import { type Measured, type Round, summarize } from "./report.js";
import type { WorkloadName } from "./workloads.js";

const ROUNDS = 3;
const LIMIT_MS = 120_000;
const BYTES_PER_KIB = 1_024;

const INDEPENDENT = ["w4-1k", "w4-10k", "w4-100k"] as const;
const DEEP = ["w4d-1k", "w4d-100k"] as const;
// The steps of which a figure tells how much dearer the larger one is, per task.
const STEPS = [
  { smaller: "w4-10k", larger: "w4-100k", goal: { value: 1 } },
  { smaller: "w4d-1k", larger: "w4d-100k" },
] as const;

interface Pair {
  readonly subject: FreshRun;
  readonly base: FreshRun;
}

/** Microseconds per task at 1,000 to 100,000 tasks, and the step from the smaller to the larger. */
export async function measureGrowth(subject: ImplementationName): Promise<Measured[]> {
  const pairs = new Map<WorkloadName, Pair[]>();
  for (const name of [...INDEPENDENT, ...DEEP]) pairs.set(name, await takeRounds(subject, name));

  const times = [...pairs].map(([workload, taken]) => ({
    workload,
    figure: "us/task, fresh process",
    ...summarize(taken.map((pair) => toRound(pair, (run) => run.usPerTask))),
  }));
  const steps = STEPS.map(({ smaller, larger, ...goal }) => ({
    workload: larger,
    figure: `us/task against ${smaller}`,
    ...summarize(divideRounds(pairs.get(larger) ?? [], pairs.get(smaller) ?? [])),
    ...goal,
  }));
  return [...times, ...steps];
}

/** Growth of the resident set per task at W1, in KiB: the peak of the process less what it held before the first task. */
export async function measureMemory(subject: ImplementationName): Promise<Measured> {
  const pairs = await takeRounds(subject, "w1");
  const rounds = pairs.map((pair) => toRound(pair, (run) => run.rssGrowthPerTask / BYTES_PER_KIB));
  return { workload: "w1", figure: "KiB/task, peak RSS growth", ...summarize(rounds), goal: { value: 8 } };
}

async function takeRounds(subject: ImplementationName, workload: WorkloadName): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    pairs.push(
      turn % 2 === 0
        ? { base: await runFresh("base", workload), subject: await runFresh(subject, workload) }
        : { subject: await runFresh(subject, workload), base: await runFresh("base", workload) },
    );
  }
  return pairs;
}

async function runFresh(implementation: ImplementationName, workload: WorkloadName): Promise<FreshRun> {
  const script = fileURLToPath(new URL("./fresh-run.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, implementation, workload], {
    timeout: LIMIT_MS,
  });
  return JSON.parse(stdout) as FreshRun;
}

function toRound({ subject, base }: Pair, read: (run: FreshRun) => number): Round {
  return { subject: read(subject), base: read(base) };
}

function divideRounds(larger: readonly Pair[], smaller: readonly Pair[]): Round[] {
  return larger.flatMap((large, turn) => {
    const small = smaller[turn];
    if (small === undefined) return [];
    return {
      subject: large.subject.usPerTask / small.subject.usPerTask,
      base: large.base.usPerTask / small.base.usPerTask,
    };
  });
}
