/** The base of every ratio: p-queue and a ready set written by hand, with nothing an orchestrator adds. */

import PQueue from "p-queue";
import type { RunTask } from "./measure.js";
import type { Workload } from "./workloads.js";

/** Runs a workload as a careful program without a framework would: a task is queued when its last dependency is done. */
export async function runOnBase(workload: Workload, run: RunTask, concurrency: number): Promise<void> {
  const queue = new PQueue({ concurrency });
  const open = workload.tasks.map((task) => task.dependsOn.length);
  const dependents: number[][] = workload.tasks.map(() => []);
  for (const { id, dependsOn } of workload.tasks) {
    for (const needed of dependsOn) dependents[needed]?.push(id);
  }

  const enqueue = (id: number) => {
    void queue.add(async () => {
      await run(id);
      for (const dependent of dependents[id] ?? []) {
        const left = (open[dependent] ?? 0) - 1;
        open[dependent] = left;
        if (left === 0) enqueue(dependent);
      }
    });
  };

  for (const { id, dependsOn } of workload.tasks) if (dependsOn.length === 0) enqueue(id);
  await queue.onIdle();
}
