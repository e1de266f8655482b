// I-02: record before act. I-03: each call has one end. I-04: what was answered is not asked again. I-05: orphans are
// few, and charged. I-11: calls under way keep the limit. I-20: a cut answer is none. I-23: the ledger is the sum.
import type { Purpose, RunEvent } from "../run/events.js";
import type { MakeWatch } from "./watch.js";

/** What a piece of work has asked, since it was licensed. */
interface Asking {
  sent: number;
  answered: number;
  /** The keys of the requests that were answered. */
  readonly answeredKeys: Set<string>;
  lastStopReason: string | null;
}

interface OpenCall {
  readonly work: string;
  readonly key: string;
  readonly reservedMicroUsd: number | null;
}

/** An answer that ends so is no whole answer. */
const NOT_WHOLE: ReadonlySet<string | null> = new Set([
  "max_tokens",
  "refusal",
  "model_context_window_exceeded",
  "pause_turn",
]);

export const watchCalls: MakeWatch = (report, { slots = Number.POSITIVE_INFINITY, isOver = false }) => {
  const open = new Map<string, OpenCall>();
  const known = new Set<string>();
  const askings = new Map<string, Asking>();
  let orphansInARow = 0;

  const license = (work: string): void => {
    askings.set(work, { sent: 0, answered: 0, answeredKeys: new Set(), lastStopReason: null });
  };
  const end = (callId: string): OpenCall | undefined => {
    const call = open.get(callId);
    if (call === undefined) report("I-03", `call "${callId}" is not under way.`);
    open.delete(callId);
    return call;
  };
  const act = (purpose: Purpose, taskId: string | null, attempt: number): void => {
    const work = workOf(purpose, taskId, attempt);
    const asking = askings.get(work);
    if (asking === undefined || asking.sent === 0) return;
    for (const call of open.values())
      if (call.work === work) report("I-02", "its call is still under way: no answer is recorded.");
    if (asking.answered === 0) report("I-02", "it was asked for, and no answer is recorded.");
    if (NOT_WHOLE.has(asking.lastStopReason))
      report("I-20", `its answer was cut (${asking.lastStopReason}), so it must not be used.`);
  };

  return {
    hears: {
      "plan.queued": ({ attempt }) => license(workOf("plan", null, attempt)),
      "attempt.queued": ({ taskId, attempt }) => license(workOf("execute", taskId, attempt)),
      "review.queued": ({ taskId, attempt }) => license(workOf("review", taskId, attempt)),
      "plan.proposed": ({ attempt }) => act("plan", null, attempt),
      "attempt.finished": ({ taskId, attempt }) => act("execute", taskId, attempt),
      "review.returned": ({ taskId, attempt }) => act("review", taskId, attempt),
      "call.sent": ({ callId, key, purpose, taskId, attempt, reservedMicroUsd }) => {
        if (known.has(callId)) report("I-03", `call "${callId}" was sent before.`);
        known.add(callId);
        const work = workOf(purpose, taskId, attempt);
        open.set(callId, { work, key, reservedMicroUsd });
        if (open.size > slots) report("I-11", `${open.size} calls are under way, and ${slots} may be.`);
        const asking = askings.get(work);
        if (asking === undefined) report("I-01", "nothing licensed this call.");
        else asking.sent += 1;
        if (asking?.answeredKeys.has(key)) report("I-04", "this very request was answered already.");
      },
      "call.answered": ({ callId, stopReason }) => {
        const call = end(callId);
        const asking = call === undefined ? undefined : askings.get(call.work);
        if (call === undefined || asking === undefined) return;
        asking.answered += 1;
        asking.answeredKeys.add(call.key);
        asking.lastStopReason = stopReason;
      },
      "call.failed": ({ callId }) => void end(callId),
      "call.reused": ({ purpose, taskId, attempt }) => {
        const asking = askings.get(workOf(purpose, taskId, attempt));
        if (asking !== undefined) asking.answered += 1;
      },
      "call.orphaned": ({ callId, chargedMicroUsd }) => {
        const call = end(callId);
        if (call !== undefined && call.reservedMicroUsd !== chargedMicroUsd)
          report("I-05", `charged ${chargedMicroUsd}, and ${call.reservedMicroUsd} was reserved.`);
        orphansInARow += 1;
        if (orphansInARow > slots)
          report("I-05", `${orphansInARow} calls were orphaned at once, of ${slots} slots.`);
      },
      "run.resumed": () => {
        orphansInARow = 0;
      },
    },
    atEnd: () => {
      if (!isOver) return;
      for (const callId of open.keys()) report("I-03", `call "${callId}" never ended.`);
    },
  };
};

function workOf(purpose: Purpose, taskId: string | null, attempt: number): string {
  return `${purpose}/${attempt}/${taskId ?? ""}`;
}

/** What the calls of a log come to, in micro-dollars, added up without the ledger. */
export function costOf(log: readonly RunEvent[]): number {
  let sum = 0;
  for (const event of log) {
    if (event.type === "call.answered" || event.type === "call.failed") sum += event.costMicroUsd ?? 0;
    else if (event.type === "call.orphaned") sum += event.chargedMicroUsd ?? 0;
  }
  return sum;
}
