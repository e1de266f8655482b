import type { Confidence } from "./confidence.js";
import type { RunState } from "./state.js";

/** How often each confidence word was followed by acceptance, over the attempts that were judged. */
export type Calibration = {
  readonly [Word in Confidence]: { readonly judged: number; readonly accepted: number };
};

/** How the tasks of a run came out. */
export interface Census {
  readonly tasks: number;
  readonly accepted: number;
  /** Tasks that were re-run at a higher tier at least once. */
  readonly escalated: number;
  /** Tasks that wait for a person now. */
  readonly flagged: number;
  readonly failed: number;
  readonly skipped: number;
  /** Attempts over all tasks; a retry for want of an answer is none. */
  readonly attempts: number;
  readonly calibration: Calibration;
}

/** Counts how the tasks stand. */
export function takeCensus({ tasks }: RunState): Census {
  const counts = { accepted: 0, escalated: 0, flagged: 0, failed: 0, skipped: 0, attempts: 0 };
  const calibration = {
    high: { judged: 0, accepted: 0 },
    medium: { judged: 0, accepted: 0 },
    low: { judged: 0, accepted: 0 },
  };
  for (const { status, attempts } of tasks.values()) {
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
  return { tasks: tasks.size, ...counts, calibration };
}
