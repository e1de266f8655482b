// A name for every event that is the same in every run, whatever happens at the same time.

import type { RunEvent } from "@terrace/core";

/**
 * Names events by what they are about, such as `call.sent/review/late2/1`; one that is met again gets its number.
 *
 * Positions in the log would not do: with four calls under way, two runs never come out in the same order.
 */
export function eventNamer(): (event: RunEvent) => string {
  const met = new Map<string, number>();
  const calls = new Map<string, readonly string[]>();
  return (event) => {
    const about = subjectOf(event, calls);
    if (event.type === "call.sent") calls.set(event.callId, about);
    const name = [event.type, ...about].join("/");
    const times = (met.get(name) ?? 0) + 1;
    met.set(name, times);
    return times === 1 ? name : `${name}/${times}`;
  };
}

function subjectOf(event: RunEvent, calls: ReadonlyMap<string, readonly string[]>): readonly string[] {
  switch (event.type) {
    case "call.sent":
      return [event.purpose, event.taskId ?? "plan", `${event.attempt}`];
    case "call.answered":
    case "call.failed":
    case "call.orphaned":
      return calls.get(event.callId) ?? [event.callId];
    default: {
      const { taskId, attempt } = event as { taskId?: string; attempt?: number };
      return [taskId, attempt].flatMap((part) => (part === undefined ? [] : [`${part}`]));
    }
  }
}
