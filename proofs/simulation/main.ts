// Seeded simulation of faults: many seeds, each judged; and bugs planted in the core, each to be found.
import { parseArgs } from "node:util";
import * as core from "@terrace/core";
import { toCount } from "../arguments.js";
import { doAll } from "./crew.js";
import { examine } from "./examine.js";
import type { Job } from "./job.js";
import { clearPlanting, preparePlanting } from "./plant.js";
import { PLANTED_BUGS } from "./planted-bugs.js";
import { Random } from "./random.js";
import { Report } from "./report.js";
import { drawWorld } from "./world.js";

const MOST_SEEDS = 100_000_000;
/** So many seeds at a time: few enough to share the end of the work, enough to make telling of them cheap. */
const SEEDS_A_JOB = 100;
const WORKERS = 2;
/** Every planted bug must be found among so many seeds. */
const SEEDS_FOR_BUGS = 10_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    from: { type: "string" },
    seed: { type: "string" },
    bugs: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

if (values.seed !== undefined) await tell(toCount("seed", values.seed, MOST_SEEDS, 1));
else await judgeAll();

/** Tells the story of one seed: its world, and each pick and each event of all that it is judged by. */
async function tell(seed: number): Promise<void> {
  const world = drawWorld(seed, new Random(seed));
  console.log(JSON.stringify({ ...world, team: world.team.ladder, plan: world.plan.tasks.length }));
  const { violations } = await examine(core, seed, new Map(), false, console.log);
  for (const { invariant, message } of violations) console.log(`${invariant}: ${message}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function judgeAll(): Promise<void> {
  const seeds = toCount("seeds", values.seeds, MOST_SEEDS, 1_000);
  const first = toCount("from", values.from, MOST_SEEDS, 1);
  const bugs = toCount("bugs", values.bugs, PLANTED_BUGS.length, PLANTED_BUGS.length);
  const jobs: Job[] = [];
  for (let from = first; from < first + seeds; from += SEEDS_A_JOB) {
    jobs.push({ kind: "seeds", from, to: Math.min(from + SEEDS_A_JOB, first + seeds) });
  }
  for (let bug = 0; bug < bugs; bug += 1) jobs.push({ kind: "bug", bug, seeds: SEEDS_FOR_BUGS });
  await preparePlanting();
  const report = new Report(seeds);
  await doAll(jobs, WORKERS, (done) => report.add(done)).finally(clearPlanting);
  report.print(values.json);
  process.exitCode = report.isGood ? 0 : 1;
}
