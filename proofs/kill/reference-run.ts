import type { Reference } from "./judge.js";
import { onStage } from "./stage.js";
import { WorkerProcess } from "./worker-process.js";

/** The run that nobody disturbs, and how long it took. @throws Error when it does not come to its end. */
export async function referenceRun(): Promise<Reference & { readonly ms: number }> {
  const worker = new WorkerProcess();
  try {
    return await onStage(async (stage) => {
      await worker.ready;
      const begun = performance.now();
      const outcome = await worker.drive(stage.order("reference"));
      const ms = performance.now() - begun;
      const run = await stage.read();
      if (outcome.type !== "ended" || run === undefined) {
        throw new Error(`The reference run did not end: ${JSON.stringify(outcome)}`);
      }
      return { log: run.log, ending: outcome.ending, ms };
    });
  } finally {
    await worker.end();
  }
}
