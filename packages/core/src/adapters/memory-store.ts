import { OrchestrationError } from "../errors.js";
import type { RunStore } from "../ports/run-store.js";
import type { RunEvent } from "../run/events.js";

/** A store in memory: gone with the process. */
export function memoryStore(): RunStore {
  const logs = new Map<string, RunEvent[]>();
  return {
    append(runId, events, expectedSeq) {
      const log = logs.get(runId) ?? [];
      if (log.length !== expectedSeq) {
        const message =
          `Run "${runId}" was expected to end at event ${expectedSeq} but ends at ${log.length}: ` +
          "something else is writing it. Let one orchestrator drive a run.";
        throw new OrchestrationError("RUN_STOPPED", message);
      }
      if (log.length === 0) logs.set(runId, log);
      for (const event of events) log.push(event);
      return undefined;
    },
    read: (runId, fromSeq = 0) => Promise.resolve((logs.get(runId) ?? []).slice(fromSeq)),
  };
}
