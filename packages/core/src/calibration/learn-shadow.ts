import type { Task } from "../plan/plan.js";
import type { RunEvent } from "../run/events.js";
import { shadowLine } from "../run/shadow-report.js";
import { shadowIn } from "../run/shadow-state.js";
import type { ShadowCounts } from "./calibration-row.js";

/** What grading one accepted attempt again teaches about where it was made. */
export interface ShadowLesson {
  readonly task: Task;
  readonly tier: string;
  readonly counts: ShadowCounts;
}

/**
 * What the log of a shadow run teaches; nothing when it is of another run.
 *
 * @param known The attempts that were graded in other logs; each counts once. Those of this log are added.
 */
export function shadowLessons(log: readonly RunEvent[], known: Set<string>): readonly ShadowLesson[] {
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
    const name = JSON.stringify([ofRunId, task.id]);
    if (counts.regraded + counts.loweredTried === 0 || known.has(name)) return [];
    known.add(name);
    return [{ task, tier, counts }];
  });
}

/** Two counts as one. */
export function addShadow(a: ShadowCounts | undefined, b: ShadowCounts): ShadowCounts {
  if (a === undefined) return b;
  return {
    regraded: a.regraded + b.regraded,
    upheld: a.upheld + b.upheld,
    loweredTried: a.loweredTried + b.loweredTried,
    loweredAsGood: a.loweredAsGood + b.loweredAsGood,
  };
}
