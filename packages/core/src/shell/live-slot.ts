import { OrchestrationError } from "../errors.js";
import type { InSlot } from "../ports/agents.js";
import type { Lanes } from "./lanes.js";

/**
 * Slots for work that was to wait for a batch and is sent live after all: it queues like work that was live from the start.
 *
 * It holds its place among what waits meanwhile, and nobody who has a slot waits for that, so nobody waits in a circle.
 */
export function liveSlot(
  lanes: Lanes,
  tier: string,
  priority: number,
  signals: readonly AbortSignal[],
): InSlot {
  return (work) =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.any([...signals]);
      const leave = (): void =>
        reject(
          new OrchestrationError("RUN_ENDED", "The run was told to stop: nothing more may be sent for it."),
        );
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener("abort", leave, { once: true });
      const begin = async (): Promise<void> => {
        signal.removeEventListener("abort", leave);
        if (!signal.aborted) await work().then(resolve, reject);
      };
      lanes.add(tier, { priority, work: begin });
      lanes.start();
    });
}
