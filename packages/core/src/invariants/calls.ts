// I-02: record before act. I-03: each call has one end. I-04: what was answered is not asked again. I-05: orphans are
// few, and charged. I-11: calls under way keep the limit. I-20: a cut answer is none. I-23: the ledger is the sum.
// I-36: what waits in a batch is not sent again.
import type { Purpose, RunEvent } from "../run/events.js";
import { stepNumber } from "../run/shadow.js";
import type { MakeWatch, Report } from "./watch.js";

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
  /** Calls of batches need no slot: they wait at the provider. */
  readonly isBatched: boolean;
}

/** An answer that ends so is no whole answer. */
const NOT_WHOLE: ReadonlySet<string | null> = new Set([
  "max_tokens",
  "refusal",
  "model_context_window_exceeded",
  "pause_turn",
]);

/** Hears the calls of a run. */
class Calls {
  readonly #report: Report;
  readonly #slots: number;
  readonly #open = new Map<string, OpenCall>();
  readonly #known = new Set<string>();
  readonly #askings = new Map<string, Asking>();
  #orphansInARow = 0;
  /** Calls without those of batches. */
  #underWay = 0;
  /** The requests that wait in batches, each with its work. */
  readonly #batched = new Set<string>();

  constructor(report: Report, slots: number) {
    this.#report = report;
    this.#slots = slots;
  }

  licensed(purpose: Purpose, taskId: string | null, attempt: number): void {
    const asking = { sent: 0, answered: 0, answeredKeys: new Set<string>(), lastStopReason: null };
    this.#askings.set(workOf(purpose, taskId, attempt), asking);
  }

  /** What was answered is used. */
  used(purpose: Purpose, taskId: string | null, attempt: number): void {
    const work = workOf(purpose, taskId, attempt);
    const asking = this.#askings.get(work);
    if (asking === undefined || asking.sent === 0) return;
    for (const call of this.#open.values())
      if (call.work === work) this.#report("I-02", "its call is still under way: no answer is recorded.");
    if (asking.answered === 0) this.#report("I-02", "it was asked for, and no answer is recorded.");
    if (NOT_WHOLE.has(asking.lastStopReason))
      this.#report("I-20", `its answer was cut (${asking.lastStopReason}), so it must not be used.`);
  }

  sent(event: RunEvent<"call.sent">): void {
    const { callId, key, purpose, taskId, attempt, reservedMicroUsd } = event;
    if (this.#known.has(callId)) this.#report("I-03", `call "${callId}" was sent before.`);
    this.#known.add(callId);
    const work = workOf(purpose, taskId, attempt);
    const isBatched = event.urgency === "batch";
    if (isBatched && this.#batched.has(`${work} ${key}`))
      this.#report("I-36", "this very request waits in a batch already.");
    if (isBatched) this.#batched.add(`${work} ${key}`);
    this.#open.set(callId, { work, key, reservedMicroUsd, isBatched });
    if (!isBatched) this.#underWay += 1;
    if (this.#underWay > this.#slots)
      this.#report("I-11", `${this.#underWay} calls are under way, and ${this.#slots} may be.`);
    const asking = this.#askings.get(work);
    if (asking === undefined) this.#report("I-01", "nothing licensed this call.");
    else asking.sent += 1;
    if (asking?.answeredKeys.has(key)) this.#report("I-04", "this very request was answered already.");
  }

  answered({ callId, stopReason }: RunEvent<"call.answered">): void {
    const call = this.ended(callId);
    const asking = call === undefined ? undefined : this.#askings.get(call.work);
    if (call === undefined || asking === undefined) return;
    asking.answered += 1;
    asking.answeredKeys.add(call.key);
    asking.lastStopReason = stopReason;
  }

  reused({ purpose, taskId, attempt }: RunEvent<"call.reused">): void {
    const asking = this.#askings.get(workOf(purpose, taskId, attempt));
    if (asking !== undefined) asking.answered += 1;
  }

  orphaned({ callId, chargedMicroUsd }: RunEvent<"call.orphaned">): void {
    const call = this.ended(callId);
    if (call !== undefined && call.reservedMicroUsd !== chargedMicroUsd)
      this.#report("I-05", `charged ${chargedMicroUsd}, and ${call.reservedMicroUsd} was reserved.`);
    if (call?.isBatched !== true) this.#orphansInARow += 1;
    if (this.#orphansInARow > this.#slots)
      this.#report("I-05", `${this.#orphansInARow} calls were orphaned at once, of ${this.#slots} slots.`);
  }

  resumed(): void {
    this.#orphansInARow = 0;
  }

  ended(callId: string): OpenCall | undefined {
    const call = this.#open.get(callId);
    if (call === undefined) this.#report("I-03", `call "${callId}" is not under way.`);
    else if (call.isBatched) this.#batched.delete(`${call.work} ${call.key}`);
    else this.#underWay -= 1;
    this.#open.delete(callId);
    return call;
  }

  noneOpen(): void {
    for (const callId of this.#open.keys()) this.#report("I-03", `call "${callId}" never ended.`);
  }
}

export const watchCalls: MakeWatch = (report, { slots = Number.POSITIVE_INFINITY, isOver = false }) => {
  const calls = new Calls(report, slots);
  /** The task that the planner is asked about; `null` for the first plan. */
  let about: string | null = null;
  return {
    hears: {
      "plan.queued": ({ attempt, revises }) => {
        about = revises?.taskId ?? null;
        calls.licensed("plan", about, attempt);
      },
      "classification.queued": ({ taskId }) => calls.licensed("classify", taskId, 0),
      "attempt.queued": ({ taskId, attempt }) => calls.licensed("execute", taskId, attempt),
      "review.queued": ({ taskId, attempt }) => calls.licensed("review", taskId, attempt),
      "grade.queued": ({ taskId, step }) => calls.licensed("shadow", taskId, stepNumber(step)),
      "plan.proposed": ({ attempt }) => calls.used("plan", about, attempt),
      "classification.returned": ({ taskId }) => calls.used("classify", taskId, 0),
      "attempt.finished": ({ taskId, attempt }) => calls.used("execute", taskId, attempt),
      "review.returned": ({ taskId, attempt }) => calls.used("review", taskId, attempt),
      "grade.returned": ({ taskId, finding }) => calls.used("shadow", taskId, stepNumber(finding.step)),
      "call.sent": (event) => calls.sent(event),
      "call.answered": (event) => calls.answered(event),
      "call.failed": ({ callId }) => void calls.ended(callId),
      "call.reused": (event) => calls.reused(event),
      "call.orphaned": (event) => calls.orphaned(event),
      "run.resumed": () => calls.resumed(),
    },
    ...(isOver ? { atEnd: () => calls.noneOpen() } : {}),
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
