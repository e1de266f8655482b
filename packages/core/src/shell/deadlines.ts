import type { Environment } from "../ports/environment.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { RunState, TaskState } from "../run/state.js";
import type { Runner } from "./runner.js";
import { Timers } from "./timers.js";

type Flag = NonNullable<TaskState["flag"]>;

/** How long the calendar goes unlooked at, in milliseconds: it may be set, and no timer knows. */
const LOOK_AGAIN_MS = 60_000;

/** What deadlines need. */
export interface DeadlinesOptions {
  readonly runner: Runner;
  readonly env: Environment;
  /** Whether a person's word is all that keeps the run from going on, here and now. */
  readonly waitsForPerson: () => boolean;
}

/** Gives up flagged tasks that nobody has settled in time, for as long as a process drives the run. */
export class Deadlines {
  readonly #runner: Runner;
  readonly #env: Environment;
  readonly #waitsForPerson: () => boolean;
  #timers: Timers;
  /** The flags that are waited for, by task id. */
  readonly #awaited = new Map<string, Flag>();

  constructor({ runner, env, waitsForPerson }: DeadlinesOptions) {
    this.#runner = runner;
    this.#env = env;
    this.#waitsForPerson = waitsForPerson;
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

  /** The run is at rest: it is not driven, until it is resumed. */
  stop(): void {
    this.#timers.stop();
    this.#timers = new Timers(this.#env);
    this.#awaited.clear();
  }

  #wait(taskId: string, deadlineMs: number): void {
    const flag = this.#flagOf(taskId);
    if (flag === null || this.#awaited.get(taskId) === flag) return;
    this.#awaited.set(taskId, flag);
    this.#look(taskId, flag, flag.at + deadlineMs);
  }

  /** Looks at the calendar again and again: what a timer measures is not what the calendar may have been set to. */
  #look(taskId: string, flag: Flag, deadline: number): void {
    const leftMs = Math.max(0, deadline - this.#env.now());
    this.#timers.after(Math.min(LOOK_AGAIN_MS, leftMs), () => {
      if (this.#flagOf(taskId) !== flag) return;
      if (this.#env.now() < deadline) this.#look(taskId, flag, deadline);
      else this.#giveUp(taskId);
    });
  }

  #giveUp(taskId: string): void {
    this.#runner
      .ask((state) => {
        const resolved = overdue(state, this.#env.now(), taskId);
        return resolved.length > 0 && this.#waitsForPerson()
          ? [...resolved, { type: "run.resumed", by: "deadline" }]
          : resolved;
      })
      .catch(() => {}); // The run has ended or stopped meanwhile, and says so itself.
  }

  #flagOf(taskId: string): Flag | null {
    const task = this.#runner.state.tasks.get(taskId);
    // Where nobody is there, a task is given up as it is flagged, and keeps its flag to say why.
    return task?.status === "flagged" ? task.flag : null;
  }
}

/** Gives up the flagged tasks whose time has run out: all of them, or one. */
export function overdue(state: RunState, now: number, taskId?: string): readonly Fact[] {
  const { personDeadlineMs } = state.limits;
  if (personDeadlineMs === null) return [];
  const facts: Fact[] = [];
  for (const [id, { flag, status }] of state.tasks) {
    if (flag === null || status !== "flagged" || (taskId !== undefined && id !== taskId)) continue;
    if (now < flag.at + personDeadlineMs) continue;
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
