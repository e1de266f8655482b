import type { PauseReason, RunState } from "@terrace/core";
import { progressOf } from "./text/progress.js";

/** What the command's exit code means. */
export const EXIT = {
  /** Every task was accepted. */
  accepted: 0,
  /** Something unexpected happened, or the provider could not be reached. */
  unexpected: 1,
  /** The command, its configuration or the key is wrong. */
  usage: 2,
  /** The run ended, and not all of its tasks are accepted. */
  incomplete: 3,
  /** The money that may be spent is spent. */
  budget: 4,
  /** A flagged task, or a plan that costs much, waits for a person. */
  person: 5,
  /** Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

/** One of the codes of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const ON_PAUSE: Readonly<Record<PauseReason, ExitCode>> = {
  person: EXIT.person,
  auth: EXIT.usage,
  billing: EXIT.budget,
  provider_spend_cap: EXIT.budget,
  reviewer: EXIT.unexpected,
  rate_limit: EXIT.unexpected,
  overloaded: EXIT.unexpected,
  network: EXIT.unexpected,
  interrupted: EXIT.interrupted,
  budget: EXIT.budget,
  approval: EXIT.person,
  crashes: EXIT.unexpected,
};

/** The exit code for a run that has come to rest. */
export function exitCodeOf(state: RunState): ExitCode {
  switch (state.status) {
    case "completed": {
      const { tasks, accepted } = progressOf(state);
      return tasks === accepted ? EXIT.accepted : EXIT.incomplete;
    }
    case "failed":
      // A run that was to stop where its budget ends has failed for want of money.
      return state.halt?.reason === "budget" ? EXIT.budget : EXIT.incomplete;
    case "cancelled":
      return EXIT.interrupted;
    case "paused":
      return ON_PAUSE[state.halt?.reason ?? "person"];
    case "planning":
    case "running":
      return EXIT.unexpected;
    default:
      return state.status satisfies never;
  }
}
