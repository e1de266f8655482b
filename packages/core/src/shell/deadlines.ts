import type { Environment } from "../ports/environment.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { RunState } from "../run/state.js";
import type { Runner } from "./runner.js";
import { Timers } from "./timers.js";

/** Gives up flagged tasks that nobody has settled in time, for as long as a process drives the run. */
export class Deadlines {
  readonly #runner: Runner;
  readonly #env: Environment;
  readonly #timers: Timers;

  constructor(runner: Runner, env: Environment) {
    this.#runner = runner;
    this.#env = env;
    this.#timers = new Timers(env);
  }

  /** Starts to wait for who was flagged, and after a pause for whoever still is. */
  hear(events: readonly RunEvent[]): void {
    const { limits, tasks } = this.#runner.state;
    if (limits.personDeadlineMs === null) return;
    for (const event of events) {
      if (event.type === "task.flagged") this.#wait(event.taskId, limits.personDeadlineMs);
      else if (event.type === "run.resumed")
        for (const id of tasks.keys()) this.#wait(id, limits.personDeadlineMs);
    }
  }

  /** The run is at rest: it is not driven any more. */
  stop(): void {
    this.#timers.stop();
  }

  #wait(taskId: string, deadlineMs: number): void {
    const flag = this.#runner.state.tasks.get(taskId)?.flag ?? null;
    if (flag === null) return;
    this.#timers.after(Math.max(0, flag.at + deadlineMs - this.#env.now()), () => {
      this.#runner
        .ask((state) => {
          const resolved = overdue(state, this.#env.now(), taskId);
          const waits = state.status === "paused" && state.halt?.reason === "person";
          return waits && resolved.length > 0
            ? [...resolved, { type: "run.resumed", by: "deadline" }]
            : resolved;
        })
        .catch(() => {}); // The run has ended or stopped meanwhile, and says so itself.
    });
  }
}

/** Gives up the flagged tasks whose time has run out: all of them, or one. */
export function overdue(state: RunState, now: number, taskId?: string): readonly Fact[] {
  const { personDeadlineMs } = state.limits;
  if (personDeadlineMs === null) return [];
  const facts: Fact[] = [];
  for (const [id, { flag }] of state.tasks) {
    if (flag === null || (taskId !== undefined && id !== taskId) || now < flag.at + personDeadlineMs)
      continue;
    const reason = `Nobody settled it within ${personDeadlineMs} ms: ${flag.reason}`;
    facts.push({
      type: "task.resolved",
      taskId: id,
      resolution: { action: "give_up" },
      by: "deadline",
      reason,
    });
  }
  return facts;
}
