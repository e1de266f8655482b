import type { Lesson } from "../calibration/calibrate.js";
import type { Task } from "../plan/plan.js";

/** What became of the tasks of a role at a tier, over some runs. */
export interface Experience {
  /** How many came there. */
  readonly tasks: number;
  /** How many went on to the next tier. */
  readonly escalated: number;
  /** What their calls came to there, reviews, repairs and retries included; integer micro-dollars. */
  readonly microUsd: number;
  readonly calls: number;
}

/** Experience by what `keysOf` names. */
export type History = ReadonlyMap<string, Experience>;

/** What a task at a tier may be told by, the most telling first: who does it and what an error costs, who, and where. */
export function keysOf(
  tier: string,
  { role, errorCost }: Pick<Task, "role" | "errorCost">,
): readonly string[] {
  return [`${role}/${errorCost}/${tier}`, `${role}/${tier}`, tier];
}

const NOTHING: Experience = { tasks: 0, escalated: 0, microUsd: 0, calls: 0 };

/**
 * Lessons as history.
 *
 * A call whose cost is unknown counts as none. A review counts for the tier whose output it judged, whoever gave it.
 */
export function historyOf(lessons: Iterable<Lesson>): History {
  const history = new Map<string, Experience>();
  for (const lesson of lessons) {
    for (const key of keysOf(lesson.tier, lesson)) history.set(key, sum(history.get(key) ?? NOTHING, lesson));
  }
  return history;
}

function sum(some: Experience, { tasks, escalated, whole }: Lesson): Experience {
  return {
    tasks: some.tasks + tasks,
    escalated: some.escalated + escalated,
    microUsd: some.microUsd + whole.microUsd,
    calls: some.calls + whole.calls,
  };
}
