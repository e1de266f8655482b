// Kills this very process from a thread beside it, so that no native call can put it off.

import { Worker } from "node:worker_threads";

const thread = `
  const { parentPort, workerData } = require("node:worker_threads");
  parentPort.postMessage("ready");
  Atomics.wait(new Int32Array(workerData.shared), 0, 0);
  const end = performance.now() + workerData.ms;
  while (performance.now() < end);
  process.kill(process.pid, "SIGKILL");
`;

/** A function that starts the countdown: after so many milliseconds the process is killed. */
export async function countdown(ms) {
  const shared = new SharedArrayBuffer(4);
  const worker = new Worker(thread, { eval: true, workerData: { shared, ms } });
  await new Promise((resolve) => worker.once("message", resolve));
  return () => {
    Atomics.store(new Int32Array(shared), 0, 1);
    Atomics.notify(new Int32Array(shared), 0);
  };
}
