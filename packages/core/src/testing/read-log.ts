import type { EventType, RunEvent } from "../run/events.js";

/** The events of one type, in order. */
export function eventsOf<E extends EventType>(log: readonly RunEvent[], type: E): readonly RunEvent<E>[] {
  return log.filter((event) => event.type === type) as unknown as readonly RunEvent<E>[];
}

/** The types of the events, in order; of one task alone when it is named. */
export function typesOf(log: readonly RunEvent[], taskId?: string): readonly EventType[] {
  return log.filter((event) => taskId === undefined || speaksOf(event, taskId)).map(({ type }) => type);
}

/** The tiers of a task's attempts, in order; an attempt that was retried counts once. */
export function tiersOf(log: readonly RunEvent[], taskId: string): readonly string[] {
  const tiers: string[] = [];
  for (const event of eventsOf(log, "attempt.queued")) {
    if (event.taskId === taskId) tiers[event.attempt - 1] = event.route.tier;
  }
  // Numbers that a person's own answers took have no tier.
  return tiers.filter((tier) => tier !== undefined);
}

/**
 * The largest number of attempts that were under way at once; at one tier when it is named.
 *
 * An attempt whose answer came too late to be recorded counts until its task is queued again.
 */
export function mostAtOnce(log: readonly RunEvent[], tier?: string): number {
  const tiers = new Map<string, string>();
  const underWay = new Set<string>();
  let most = 0;
  for (const event of log) {
    if (event.type === "attempt.queued") {
      tiers.set(event.taskId, event.route.tier);
      underWay.delete(event.taskId);
    } else if (event.type === "attempt.started") {
      if (tier === undefined || tiers.get(event.taskId) === tier) underWay.add(event.taskId);
    } else if (event.type === "attempt.finished" || event.type === "attempt.failed") {
      underWay.delete(event.taskId);
    }
    most = Math.max(most, underWay.size);
  }
  return most;
}

/** Whether the first attempt at one task started before the first at another, which may never have started. */
export function startedBefore(log: readonly RunEvent[], one: string, other: string): boolean {
  const starts = eventsOf(log, "attempt.started").map(({ taskId }) => taskId);
  const [first, second] = [starts.indexOf(one), starts.indexOf(other)];
  return first !== -1 && (second === -1 || first < second);
}

/** The order in which the tasks started for the first time. */
export function startOrder(log: readonly RunEvent[]): readonly string[] {
  return [...new Set(eventsOf(log, "attempt.started").map(({ taskId }) => taskId))];
}

function speaksOf(event: RunEvent, taskId: string): boolean {
  return "taskId" in event && event.taskId === taskId;
}
