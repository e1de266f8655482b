import type { Confidence } from "./confidence.js";
import type { FlagCause } from "./events.js";
import type { RunState } from "./state.js";

/** How often each confidence word was followed by acceptance, over the attempts that were judged. */
export type Calibration = {
  readonly [Word in Confidence]: { readonly judged: number; readonly accepted: number };
};

/**
 * How a run came out, in a word.
 *
 * `complete`: every task was accepted. `partial`: it ended, and some were not. `flagged`: it waits for a person.
 * `over_budget`: it may spend no more. `paused`: it waits for something else, or was asked to. `open`: it is at work.
 */
export type RunOutcome = "complete" | "partial" | "flagged" | "over_budget" | "paused" | "open";

/** How the tasks of a run came out. */
export interface Census {
  readonly outcome: RunOutcome;
  readonly tasks: number;
  readonly accepted: number;
  /** Tasks that were re-run at a higher tier at least once. */
  readonly escalated: number;
  /** Tasks that wait for a person now. */
  readonly flagged: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tasks that are flagged now, by why. */
  readonly flags: { readonly [Cause in FlagCause]?: number };
  /** Attempts over all tasks; a retry for want of an answer is none. */
  readonly attempts: number;
  readonly calibration: Calibration;
}

/** Counts how the tasks stand. */
export function takeCensus(state: RunState): Census {
  const { tasks } = state;
  const flags: { [Cause in FlagCause]?: number } = {};
  const counts = { accepted: 0, escalated: 0, flagged: 0, failed: 0, skipped: 0, attempts: 0 };
  const calibration = {
    high: { judged: 0, accepted: 0 },
    medium: { judged: 0, accepted: 0 },
    low: { judged: 0, accepted: 0 },
  };
  for (const { status, attempts, flag } of tasks.values()) {
    if (flag !== null) flags[flag.cause] = (flags[flag.cause] ?? 0) + 1;
    if (status === "accepted" || status === "flagged" || status === "failed" || status === "skipped") {
      counts[status] += 1;
    }
    if (attempts.some(({ reason }) => reason === "escalation")) counts.escalated += 1;
    counts.attempts += attempts.length;
    for (const { confidence, issues, verdict } of attempts) {
      if (confidence === null || (verdict === null && (issues ?? []).length === 0)) continue;
      calibration[confidence].judged += 1;
      if (verdict === "accept") calibration[confidence].accepted += 1;
    }
  }
  const outcome = outcomeOf(state, counts.accepted);
  return { outcome, tasks: tasks.size, ...counts, flags, calibration };
}

function outcomeOf({ status, halt, tasks }: RunState, accepted: number): RunOutcome {
  if (halt?.reason === "budget") return "over_budget";
  if (status === "paused") return halt?.reason === "person" ? "flagged" : "paused";
  if (status === "planning" || status === "running") return "open";
  return status === "completed" && accepted === tasks.size ? "complete" : "partial";
}
