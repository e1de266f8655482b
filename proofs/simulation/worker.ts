import { parentPort } from "node:worker_threads";
import { doJob, type Job } from "./job.js";

// One job at a time: whoever sends the next waits for the last.
parentPort?.on("message", (job: Job) => {
  doJob(job).then(
    (done) => parentPort?.postMessage(done),
    // Rejections that nobody caught are what the simulation looks for; this one is not to be among them.
    (error: unknown) => {
      setImmediate(() => {
        throw error;
      });
    },
  );
});
