import type { RunEvent } from "../run/events.js";
import { TERMINAL_EVENTS } from "../run/events.js";
import { evolve } from "../run/evolve.js";
import { readEvent } from "../run/read-event.js";
import { initialState } from "../run/state.js";
import type { ExperimentMark } from "./mark.js";

/** One run of an experiment, in figures. */
export interface Trial extends Pick<ExperimentMark, "arm" | "stratum"> {
  readonly tasks: number;
  /** Tasks that a reviewer or a rule accepted; what a person stands for is no work of the arm. */
  readonly accepted: number;
  /** Tasks that were re-run at a higher tier at least once. */
  readonly escalated: number;
  /** Integer micro-dollars. */
  readonly microUsd: number;
  /** At work, without the pauses. */
  readonly workedMs: number;
}

/** What a log adds to an experiment; `undefined` when it is of another, or has not ended. */
export function trialOf(name: string, log: readonly RunEvent[]): Trial | undefined {
  const [first] = log;
  if (first?.type !== "run.submitted" || first.experiment?.name !== name) return undefined;
  if (!log.some(({ type }) => TERMINAL_EVENTS.includes(type))) return undefined;
  const state = log.reduce((before, event) => evolve(before, readEvent(event)), initialState());
  const tasks = [...state.tasks.values()];
  const { arm, stratum } = first.experiment;
  return {
    arm,
    stratum,
    tasks: tasks.length,
    accepted: tasks.filter(
      ({ status, acceptedBy }) =>
        status === "accepted" && (acceptedBy === "reviewer" || acceptedBy === "rule"),
    ).length,
    escalated: tasks.filter(({ attempts }) => attempts.some(({ reason }) => reason === "escalation")).length,
    microUsd: state.ledger.total.microUsd + state.ledger.total.unknownMicroUsd,
    workedMs: state.workedMs,
  };
}
