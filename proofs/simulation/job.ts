import * as core from "@terrace/core";
import { type Examined, examine } from "./examine.js";
import { plant } from "./plant.js";
import { PLANTED_BUGS, type PlantedBug } from "./planted-bugs.js";

/** A piece of work for a worker: some seeds, or one planted bug to find among the seeds. */
export type Job =
  | { readonly kind: "seeds"; readonly from: number; readonly to: number }
  | { readonly kind: "bug"; readonly bug: number; readonly seeds: number };

/** What came of it. */
export type Done =
  | {
      readonly kind: "seeds";
      readonly seeds: number;
      readonly failures: readonly Examined[];
      readonly counts: ReadonlyMap<string, number>;
    }
  | {
      readonly kind: "bug";
      readonly bug: PlantedBug;
      /** The seed that found it; `undefined` when none did. */
      readonly foundBy: Examined | undefined;
    };

/** Does a piece of work. */
export async function doJob(job: Job): Promise<Done> {
  if (job.kind === "bug") return findBug(job.bug, job.seeds);
  const counts = new Map<string, number>();
  const failures: Examined[] = [];
  for (let seed = job.from; seed < job.to; seed += 1) {
    const examined = await examine(core, seed, counts, false);
    if (examined.violations.length > 0) failures.push(examined);
  }
  return { kind: "seeds", seeds: job.to - job.from, failures, counts };
}

async function findBug(index: number, seeds: number): Promise<Done> {
  const bug = PLANTED_BUGS[index];
  if (bug === undefined) throw new RangeError(`Expected a planted bug, got ${index}.`);
  const broken = await plant(bug);
  for (let looked = -1; looked < seeds; looked += 1) {
    const examined = await examine(broken, looked === -1 ? bug.foundBy : looked, new Map(), true);
    if (examined.violations.length > 0) return { kind: "bug", bug, foundBy: examined };
  }
  return { kind: "bug", bug, foundBy: undefined };
}
