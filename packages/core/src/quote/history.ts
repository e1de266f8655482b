import type { Task } from "../plan/plan.js";
import type { RunEvent } from "../run/events.js";

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
 * What the logs of some runs teach about the cost of tasks.
 *
 * A call whose cost is unknown counts as none. A review counts for the tier whose output it judged, whoever gave it.
 */
export function learn(logs: Iterable<readonly RunEvent[]>): History {
  const history = new Map<string, Experience>();
  for (const log of logs) learnFrom(log, history);
  return history;
}

function learnFrom(log: readonly RunEvent[], history: Map<string, Experience>): void {
  const tasks = new Map<string, Task>();
  /** Where each attempt was made, by task and attempt. */
  const tiers = new Map<string, string>();
  const seen = new Set<string>();
  const calls = new Map<string, { readonly taskId: string; readonly tier: string }>();
  const add = (taskId: string, tier: string, more: Partial<Experience>): void => {
    const task = tasks.get(taskId);
    if (task === undefined) return;
    for (const key of keysOf(tier, task)) history.set(key, sum(history.get(key) ?? NOTHING, more));
  };
  for (const event of log) {
    switch (event.type) {
      case "plan.accepted":
        for (const task of event.tasks) tasks.set(task.id, task);
        break;
      case "attempt.queued": {
        const { taskId, attempt, route } = event;
        tiers.set(`${taskId}/${attempt}`, route.tier);
        if (!seen.has(`${taskId}/${route.tier}`)) add(taskId, route.tier, { tasks: 1 });
        seen.add(`${taskId}/${route.tier}`);
        break;
      }
      case "task.escalated":
        add(event.taskId, event.from, { escalated: 1 });
        break;
      case "call.sent": {
        const { callId, taskId, attempt } = event;
        const tier = tiers.get(`${taskId}/${attempt}`);
        if (taskId !== null && tier !== undefined) calls.set(callId, { taskId, tier });
        break;
      }
      case "call.answered":
      case "call.failed": {
        const call = calls.get(event.callId);
        if (call !== undefined) add(call.taskId, call.tier, { calls: 1, microUsd: event.costMicroUsd ?? 0 });
        break;
      }
      default:
        break;
    }
  }
}

function sum(some: Experience, more: Partial<Experience>): Experience {
  const { tasks = 0, escalated = 0, microUsd = 0, calls = 0 } = more;
  return {
    tasks: some.tasks + tasks,
    escalated: some.escalated + escalated,
    microUsd: some.microUsd + microUsd,
    calls: some.calls + calls,
  };
}
