import { countWord, noWords, type WordCounts } from "../calibration/words.js";
import type { FlagCause } from "./events.js";
import { isReplaced } from "./replaced.js";
import type { RunState } from "./state.js";

/** How often each confidence word was followed by acceptance, over the attempts that were judged. */
export type Calibration = WordCounts;

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
  /** Those of the plan as it stands: without the ones that were withdrawn, or that others stand in the place of. */
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
  /** What is worth a look, each in a line: roles whose tasks escalate so often that they start too low. */
  readonly warnings: readonly string[];
}

/** Fewer tasks of a role than this prove nothing. */
const TASKS_TO_JUDGE = 10;
const MOST_ESCALATED = 0.2;

/** Counts how the tasks stand. */
export function takeCensus(state: RunState): Census {
  const { tasks } = state;
  const flags: { [Cause in FlagCause]?: number } = {};
  const counts = { accepted: 0, escalated: 0, flagged: 0, failed: 0, skipped: 0, attempts: 0 };
  const calibration = noWords();
  let count = 0;
  for (const { status, attempts, flag } of tasks.values()) {
    if (!isReplaced(status)) count += 1;
    if (flag !== null) flags[flag.cause] = (flags[flag.cause] ?? 0) + 1;
    if (status === "accepted" || status === "flagged" || status === "failed" || status === "skipped") {
      counts[status] += 1;
    }
    if (attempts.some(({ reason }) => reason === "escalation")) counts.escalated += 1;
    counts.attempts += attempts.length;
    for (const { confidence, issues, verdict } of attempts) {
      if (confidence === null || (verdict === null && (issues ?? []).length === 0)) continue;
      countWord(calibration, confidence, verdict === "accept");
    }
  }
  const outcome = outcomeOf(state, counts.accepted === count);
  return { outcome, tasks: count, ...counts, flags, calibration, warnings: cascades(state) };
}

/** Roles of which more than a fifth of the tasks were escalated. */
function cascades({ tasks }: RunState): readonly string[] {
  const roles = new Map<string, { begun: number; escalated: number }>();
  for (const { task, attempts } of tasks.values()) {
    if (attempts.length === 0) continue;
    const role = roles.get(task.role) ?? { begun: 0, escalated: 0 };
    role.begun += 1;
    if (attempts.some(({ reason }) => reason === "escalation")) role.escalated += 1;
    roles.set(task.role, role);
  }
  return [...roles]
    .filter(([, { begun, escalated }]) => begun >= TASKS_TO_JUDGE && escalated > MOST_ESCALATED * begun)
    .map(
      ([role, { begun, escalated }]) =>
        `${escalated} of ${begun} tasks of role "${role}" were escalated, more than 20 %. ` +
        "Start it one tier higher, or say more in its instructions.",
    );
}

function outcomeOf({ status, halt }: RunState, isAllAccepted: boolean): RunOutcome {
  if (halt?.reason === "budget") return "over_budget";
  if (status === "paused") return halt?.reason === "person" ? "flagged" : "paused";
  if (status === "planning" || status === "running") return "open";
  return status === "completed" && isAllAccepted ? "complete" : "partial";
}
