import type { Agents } from "../ports/agents.js";
import type { Fact } from "../run/events.js";
import type { CallingWork } from "../run/open-work.js";
import type { RunState, TaskState } from "../run/state.js";
import type { TaskChecks } from "./checks.js";
import type { RunJournal } from "./journal.js";
import type { Lanes } from "./lanes.js";
import type { PendingCalls } from "./pending-calls.js";
import type { Runner } from "./runner.js";
import type { Timers } from "./timers.js";

/** What performing needs. */
export interface PerformerOptions {
  readonly runner: Runner;
  readonly agents: Agents;
  readonly lanes: Lanes;
  /** For work that may wait for a batch. */
  readonly batchLanes: Lanes;
  readonly checkLane: Lanes;
  /** Where the calls of a piece of work are recorded. */
  readonly journal: (work: CallingWork) => RunJournal;
  readonly pending: PendingCalls;
  readonly signal: AbortSignal;
  /** Tells what is under way to stop. */
  readonly abort: () => void;
  /** The same for work that may wait for a batch, which stops sooner. */
  readonly batchSignal: AbortSignal;
  readonly abortBatches: () => void;
  readonly timers: Timers;
  readonly checksOf: (task: Pick<TaskState, "task">) => TaskChecks;
  /** What carrying out a run's plan will cost. Must not reject. */
  readonly quote: (state: RunState) => Promise<Fact<"plan.quoted">>;
  /** What earlier runs teach. Must not reject. */
  readonly calibrate: (state: RunState) => Promise<Fact<"calibration.loaded">>;
}

/** What asking one question of agents needs. */
export type Asking = Pick<PerformerOptions, "runner" | "agents" | "journal" | "signal">;
