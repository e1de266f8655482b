import type { Fact } from "./events.js";
import type { Fault } from "./fault.js";

/** A planner that cannot be reached is what the run waits for. */
export function stalled(fault: Fault): readonly Fact[] {
  return [{ type: "run.paused", reason: fault.pause, message: fault.message, tasks: [] }];
}
