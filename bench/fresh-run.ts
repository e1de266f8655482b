/** Runs one implementation on one workload, once, in a process that has done nothing else, and prints what it took. */

import { type ImplementationName, isImplementationName, loadImplementation } from "./implementations.js";
import { CONCURRENCY, measure } from "./measure.js";
import { createWorkload, isWorkloadName, type WorkloadName } from "./workloads.js";

/** What a run in a process of its own printed. */
export interface FreshRun {
  readonly usPerTask: number;
  /** Bytes. */
  readonly rssGrowthPerTask: number;
}

const BYTES_PER_KIB = 1_024;

const [implementationName = "", workloadName = ""] = process.argv.slice(2);
if (!isImplementationName(implementationName) || !isWorkloadName(workloadName)) {
  throw new Error(`Expected an implementation and a workload, got "${process.argv.slice(2).join(" ")}".`);
}
console.log(JSON.stringify(await runOnce(implementationName, workloadName)));

async function runOnce(
  implementationName: ImplementationName,
  workloadName: WorkloadName,
): Promise<FreshRun> {
  const implementation = await loadImplementation(implementationName);
  const workload = createWorkload(workloadName);
  const count = workload.tasks.length;
  const rssBefore = process.memoryUsage.rss();
  const { elapsedMs } = await measure(implementation, workload, CONCURRENCY);
  const rssPeak = process.resourceUsage().maxRSS * BYTES_PER_KIB;
  return { usPerTask: (elapsedMs * 1_000) / count, rssGrowthPerTask: (rssPeak - rssBefore) / count };
}
