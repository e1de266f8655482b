import type { Task } from "../plan/plan.js";
import type { RunEvent } from "../run/events.js";
import { shadowLine } from "../run/shadow-report.js";
import { shadowIn } from "../run/shadow-state.js";
import type { ShadowCounts } from "./calibration-row.js";

/** What grading one accepted attempt again teaches about where it was made. */
export interface ShadowLesson {
  readonly task: Task;
  readonly tier: string;
  /** Names the attempt: it counts once, however many logs tell of it. */
  readonly attempt: string;
  readonly counts: ShadowCounts;
}

/**
 * What the log of a shadow run teaches; nothing when it is of another run.
 */
export function shadowLessons(log: readonly RunEvent[]): readonly ShadowLesson[] {
  const shadow = shadowIn(log);
  if (shadow === undefined) return [];
  const { ofRunId, samples } = shadow.terms;
  return samples.flatMap((sample) => {
    const { task, tier } = sample;
    const { verdict, lowered } = shadowLine(shadow, sample);
    const counts = {
      regraded: Number(verdict === "upheld" || verdict === "overturned"),
      upheld: Number(verdict === "upheld"),
      loweredTried: Number(lowered !== "none"),
      loweredAsGood: Number(lowered === "as_good"),
    };
    if (counts.regraded + counts.loweredTried === 0) return [];
    return [{ task, tier, attempt: JSON.stringify([ofRunId, task.id]), counts }];
  });
}
