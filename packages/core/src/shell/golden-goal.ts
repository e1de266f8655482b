import type { RunSummary } from "../ports/run-store.js";

// It does not say that the tasks were done before: whoever knows may work otherwise.
const OPENING = 'Set "';

/** What a run of a golden set is for. The name opens it, so that such runs are found in a list, which has no more of them. */
export function goldenGoal(name: string, goal: string): string {
  return `${OPENING}${name}". ${goal}`;
}

/** Whether a run may be one of a golden set; its log says whether it is. */
export function mayBeGolden({ goal }: Pick<RunSummary, "goal">): boolean {
  return goal.startsWith(OPENING);
}
