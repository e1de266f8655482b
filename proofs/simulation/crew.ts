import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Done, Job } from "./job.js";

/** Has workers do jobs, each the next one when it is done with the last. */
export async function doAll(
  jobs: readonly Job[],
  workers: number,
  hear: (done: Done) => void,
): Promise<void> {
  const left = [...jobs];
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, () => work(left, hear)));
}

async function work(left: Job[], hear: (done: Done) => void): Promise<void> {
  const worker = new Worker(new URL("worker.js", import.meta.url));
  try {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const answer = once(worker, "message") as Promise<[Done]>;
      worker.postMessage(job);
      const [done] = await answer;
      hear(done);
    }
  } finally {
    await worker.terminate();
  }
}
