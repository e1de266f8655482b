import type { RunEvent } from "../run/events.js";
import { TERMINAL_EVENTS } from "../run/events.js";

/** One rule that every log keeps: hears each event, and says what is wrong. */
type Rule = () => (event: RunEvent) => string | undefined;

/**
 * What in a log breaks a rule that holds for every run; nothing is an empty list.
 *
 * The rules: `seq` has no gap; an attempt starts only when every task it depends on is accepted; nothing is
 * accepted without passed checks and a verdict, or a person; a task's tier rises by one or stays; each call
 * that was sent ends at most once; a run ends once, and only answers to calls come after.
 */
export function violations(log: readonly RunEvent[]): readonly string[] {
  const found: string[] = [];
  for (const rule of RULES) {
    const judge = rule();
    for (const event of log) {
      const wrong = judge(event);
      if (wrong !== undefined) found.push(`Event ${event.seq} (${event.type}): ${wrong}`);
    }
  }
  return found;
}

const gapless: Rule = () => {
  let next = 0;
  return ({ seq }) => {
    const expected = next;
    next = seq + 1;
    return seq === expected ? undefined : `expected seq ${expected}.`;
  };
};

const dependenciesFirst: Rule = () => {
  const needs = new Map<string, readonly string[]>();
  const accepted = new Set<string>();
  return (event) => {
    if (event.type === "plan.accepted") for (const { id, dependsOn } of event.tasks) needs.set(id, dependsOn);
    if (event.type === "task.accepted") accepted.add(event.taskId);
    if (event.type === "task.blamed") takeBack(event.taskId, needs, accepted);
    if (event.type !== "attempt.queued" && event.type !== "task.accepted") return undefined;
    const missing = (needs.get(event.taskId) ?? []).filter((id) => !accepted.has(id));
    return missing.length === 0 ? undefined : `"${event.taskId}" needs ${missing.join(", ")}.`;
  };
};

/** What was made from a blamed output goes with it. */
function takeBack(
  taskId: string,
  needs: ReadonlyMap<string, readonly string[]>,
  accepted: Set<string>,
): void {
  accepted.delete(taskId);
  for (const [id, dependsOn] of needs) {
    if (accepted.has(id) && dependsOn.includes(taskId)) takeBack(id, needs, accepted);
  }
}

const acceptedForCause: Rule = () => {
  const passed = new Set<string>();
  const judged = new Map<string, number>();
  const settled = new Map<string, string>();
  return (event) => {
    if (event.type === "task.resolved") settled.set(event.taskId, event.resolution.action);
    if (event.type === "attempt.queued") settled.delete(event.taskId);
    if (event.type === "attempt.checked" && event.issues.length === 0)
      passed.add(`${event.taskId}/${event.attempt}`);
    if (event.type === "review.returned" && event.verdict === "accept")
      judged.set(event.taskId, event.attempt);
    if (event.type === "task.blamed") judged.delete(event.taskId);
    if (event.type !== "task.accepted") return undefined;
    const attempt = `${event.taskId}/${event.attempt}`;
    const action = settled.get(event.taskId);
    if (event.by === "person") {
      const stands = action === "accept" || (action === "answer" && passed.has(attempt));
      return stands ? undefined : `no person stands for attempt ${event.attempt}.`;
    }
    if (!passed.has(attempt)) return `attempt ${event.attempt} passed no checks.`;
    return judged.get(event.taskId) === event.attempt
      ? undefined
      : `attempt ${event.attempt} has no verdict that accepts it.`;
  };
};

const oneTierUp: Rule = () => {
  let ladder: readonly string[] = [];
  const tiers = new Map<string, string>();
  return (event) => {
    if (event.type === "run.submitted") ladder = event.team.ladder;
    if (event.type === "plan.accepted") for (const { id, tier } of event.tasks) tiers.set(id, tier);
    if (event.type === "task.resolved" && event.resolution.action === "rerun") {
      tiers.set(event.taskId, event.resolution.tier);
    }
    if (event.type === "task.escalated") {
      const { taskId, from, to } = event;
      if (from !== tiers.get(taskId)) return `"${taskId}" was at ${tiers.get(taskId)}.`;
      tiers.set(taskId, to);
      return ladder.indexOf(to) === ladder.indexOf(from) + 1
        ? undefined
        : `${from} → ${to} is not one tier up.`;
    }
    if (event.type !== "attempt.queued") return undefined;
    return event.route.tier === tiers.get(event.taskId)
      ? undefined
      : `expected tier ${tiers.get(event.taskId)}.`;
  };
};

const callsEndOnce: Rule = () => {
  const open = new Set<string>();
  return (event) => {
    if (event.type === "call.sent") open.add(event.callId);
    if (event.type !== "call.answered" && event.type !== "call.failed" && event.type !== "call.orphaned") {
      return undefined;
    }
    return open.delete(event.callId) ? undefined : `call "${event.callId}" is not open.`;
  };
};

const oneEnd: Rule = () => {
  let ended = false;
  return ({ type }) => {
    if (ended && type !== "call.answered" && type !== "call.failed") return "the run had ended.";
    ended ||= TERMINAL_EVENTS.includes(type);
    return undefined;
  };
};

const RULES: readonly Rule[] = [
  gapless,
  dependenciesFirst,
  acceptedForCause,
  oneTierUp,
  callsEndOnce,
  oneEnd,
];
