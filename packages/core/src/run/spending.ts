import type { EndedCall } from "./ended-calls.js";
import type { RunState, TaskState } from "./state.js";

/** What a run spent its money on, in US dollars at list price. Each call is in one line, and the lines add up. */
export interface SpendingLines {
  /** The answers that were accepted and stand. */
  readonly acceptedUsd: number;
  /** The planner's calls, and the classifier's. */
  readonly plannerUsd: number;
  /** The reviews of those answers. */
  readonly reviewUsd: number;
  /** Attempts below the tier that a task has come to, with their reviews. */
  readonly escalationUsd: number;
  /** Attempts at the tier of the accepted one, before it, with their reviews: repairs, and work done again. */
  readonly repairUsd: number;
  /**
   * Attempts at the present tier of tasks whose output is not accepted, or is a person's, with their reviews; and all that
   * a shadow run asks, which accepts nothing.
   */
  readonly unacceptedUsd: number;
  /** Calls that brought no answer, or one that was not used. */
  readonly retryUsd: number;
  /** Calls that a crash left without a recorded end, at the most they could cost. */
  readonly orphanedUsd: number;
}

/** The calls of each line. */
export type Spending = { readonly [Line in keyof SpendingLines]: readonly EndedCall[] };

/** Puts each call of a run in its line. */
export function spendingOf(state: RunState, calls: readonly EndedCall[]): Spending {
  const spending: { [Line in keyof SpendingLines]: EndedCall[] } = {
    acceptedUsd: [],
    plannerUsd: [],
    reviewUsd: [],
    escalationUsd: [],
    repairUsd: [],
    unacceptedUsd: [],
    retryUsd: [],
    orphanedUsd: [],
  };
  const accepted = acceptedCalls(state, calls);
  for (const call of calls) spending[accepted.has(call) ? "acceptedUsd" : lineOf(state, call)].push(call);
  return spending;
}

/** What the calls of each line cost, as far as it is known. */
export function addUp(spending: Spending): SpendingLines {
  const sums = Object.entries(spending).map(([line, calls]) => {
    return [line, calls.reduce((sum, { microUsd }) => sum + (microUsd ?? 0), 0) / 1e6];
  });
  return Object.fromEntries(sums) as unknown as SpendingLines;
}

/** Tasks whose accepted output a model made. */
export function acceptedTasks({ tasks }: RunState): readonly TaskState[] {
  return [...tasks.values()].filter(
    ({ status, attempts }) => status === "accepted" && attempts.at(-1)?.by === "executor",
  );
}

/** The call that brought each accepted answer, as far as this run made it. */
function acceptedCalls(state: RunState, calls: readonly EndedCall[]): ReadonlySet<EndedCall> {
  const answers = new Map<string, EndedCall>();
  for (const call of calls) {
    const { purpose, taskId, attempt } = call.sent;
    if (call.end === "answered" && purpose === "execute") answers.set(`${taskId}/${attempt}`, call);
  }
  return new Set(
    acceptedTasks(state).flatMap(({ task, attempts }) => answers.get(`${task.id}/${attempts.length}`) ?? []),
  );
}

/** The line of a call that did not bring an accepted answer. */
function lineOf(state: RunState, { sent, end }: EndedCall): keyof SpendingLines {
  if (end === "orphaned") return "orphanedUsd";
  if (end === "failed") return "retryUsd";
  if (sent.taskId === null || sent.purpose === "classify" || sent.purpose === "plan") return "plannerUsd";
  const task = state.tasks.get(sent.taskId);
  const last = task?.attempts.at(-1);
  if (task === undefined || last === undefined) return "unacceptedUsd";
  if (task.attempts[sent.attempt - 1]?.tier !== last.tier) return "escalationUsd";
  if (task.status !== "accepted" || last.by === "person") return "unacceptedUsd";
  if (sent.attempt !== last.number) return "repairUsd";
  return sent.purpose === "review" ? "reviewUsd" : "retryUsd";
}
