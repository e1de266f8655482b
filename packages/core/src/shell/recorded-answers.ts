import type { CallAnswer } from "../ports/call-journal.js";
import type { RunStore } from "../ports/run-store.js";
import type { CallOwner, Purpose, RunEvent } from "../run/events.js";
import type { CallingWork, Work } from "../run/open-work.js";
import { stepNumber } from "../run/shadow.js";

/** An answer that stands in a log. */
interface Recorded {
  readonly runId: string;
  readonly callId: string;
  readonly key: string;
  /** The call's intent. */
  readonly sent: RunEvent<"call.sent">;
  readonly answer: RunEvent<"call.answered">;
}

/** An answer of another run. */
export interface Reused {
  readonly fromRunId: string;
  readonly callId: string;
  readonly answer: CallAnswer;
}

/**
 * Answers that are paid for and recorded, each handed out once, in the order in which they came.
 *
 * Those of this run go to the piece of work they were given to and to no other: whoever asks the same again later
 * (a retry, a person's re-run) wants a new answer. Those of a reused run go to whoever asks for the same bytes.
 */
export class RecordedAnswers {
  readonly #own = new Map<string, CallAnswer[]>();
  readonly #reused = new Map<string, Reused[]>();

  /** Adds the answers of this run that its open work has had. */
  addOwn(answers: readonly Recorded[], open: readonly Work[]): void {
    const works = byId(open);
    for (const { sent, key, answer } of answers) this.#give(works.get(idOf(sent)), key, answer.seq, answer);
  }

  /**
   * Adds the answers of another run.
   *
   * @param taken What this run has taken of them already; what its open work took, that work gets again.
   */
  addReused(
    answers: readonly Recorded[],
    taken: readonly RunEvent<"call.reused">[] = [],
    open: readonly Work[] = [],
  ): void {
    const works = byId(open);
    const takers = new Map(taken.map((event) => [`${event.fromRunId} ${event.callId}`, event]));
    for (const { runId, callId, key, answer } of answers) {
      const taker = takers.get(`${runId} ${callId}`);
      if (taker === undefined) put(this.#reused, key, { fromRunId: runId, callId, answer });
      else this.#give(works.get(idOf(taker)), key, taker.seq, answer);
    }
  }

  /**
   * To the work that had it; a retry of that work, which was licensed when it was there already, did not. Work that was
   * licensed anew while it was asked for is given what then came.
   *
   * @param at Where it was recorded.
   */
  #give(work: CallingWork | undefined, key: string, at: number, answer: CallAnswer): void {
    if (work !== undefined && at > work.seq) put(this.#own, `${work.seq} ${key}`, answer);
  }

  /** An answer that this very work has had before. */
  own(work: CallingWork, key: string): CallAnswer | undefined {
    return this.#own.size === 0 ? undefined : this.#own.get(`${work.seq} ${key}`)?.shift();
  }

  /** An answer of a reused run. */
  reused(key: string): Reused | undefined {
    return this.#reused.size === 0 ? undefined : this.#reused.get(key)?.shift();
  }
}

/** The answers that a log holds, in the order in which they were asked for. */
export function answersIn(log: readonly RunEvent[]): readonly Recorded[] {
  const answered = new Map<string, RunEvent<"call.answered">>();
  for (const event of log) if (event.type === "call.answered") answered.set(event.callId, event);
  return log.flatMap((sent) => {
    const answer = sent.type === "call.sent" ? answered.get(sent.callId) : undefined;
    if (sent.type !== "call.sent" || answer === undefined) return [];
    return [{ runId: sent.runId, callId: sent.callId, key: sent.key, sent, answer }];
  });
}

/** The answers that a run holds or took over itself. */
export async function answersOf(store: RunStore, log: readonly RunEvent[]): Promise<readonly Recorded[]> {
  const taken = new Map<string, Set<string>>();
  for (const event of log) {
    if (event.type !== "call.reused") continue;
    taken.set(event.fromRunId, (taken.get(event.fromRunId) ?? new Set()).add(event.callId));
  }
  const answers = [...usable(log)];
  for (const [runId, callIds] of taken) {
    const others = answersIn(await store.read(runId));
    answers.push(...others.filter(({ callId }) => callIds.has(callId)));
  }
  return answers;
}

/** Without those in whose place somebody else answered: asked again, the right one may. */
function usable(log: readonly RunEvent[]): readonly Recorded[] {
  const lastFailed = new Map<string, number>();
  let asked: RunEvent<"plan.queued"> | undefined;
  for (const event of log) {
    if (event.type === "plan.queued") asked = event;
    if (!isFailure(event) || event.fault.outcome !== "transport") continue;
    // The planner is asked one thing at a time.
    const work = event.type === "plan.failed" && asked !== undefined ? asked : event;
    lastFailed.set(workId(work), event.seq);
  }
  return answersIn(log).filter(({ sent, answer }) => {
    return answer.seq > (lastFailed.get(idOf(sent)) ?? -1);
  });
}

type Failure = RunEvent<
  "plan.failed" | "classification.failed" | "attempt.failed" | "review.failed" | "grade.failed"
>;
type OwnerId = Pick<CallOwner, "purpose" | "taskId" | "attempt">;

function isFailure(event: RunEvent): event is Failure {
  return Object.hasOwn(PURPOSES, event.type) && "fault" in event;
}

const PURPOSES: { readonly [Type in (CallingWork | Failure)["type"]]: Purpose } = {
  "plan.queued": "plan",
  "plan.failed": "plan",
  "classification.queued": "classify",
  "classification.failed": "classify",
  "attempt.queued": "execute",
  "attempt.failed": "execute",
  "review.queued": "review",
  "review.failed": "review",
  "grade.queued": "shadow",
  "grade.failed": "shadow",
};

function workId(event: CallingWork | Failure): string {
  const taskId = event.type === "plan.queued" ? (event.revises?.taskId ?? null) : taskOf(event);
  return idOf({ purpose: PURPOSES[event.type], taskId, attempt: placeOf(event) });
}

function taskOf(event: Exclude<CallingWork | Failure, { readonly type: "plan.queued" }>): string | null {
  return "taskId" in event ? event.taskId : null;
}

/** What the calls of a piece of work are recorded under besides its purpose and task: an attempt, or what stands for one. */
export function placeOf(event: CallingWork | Failure): number {
  if ("step" in event) return stepNumber(event.step);
  return "attempt" in event ? event.attempt : NO_ATTEMPT;
}

const NO_ATTEMPT = 0;

/** Names a piece of work by what its calls are recorded under. */
export function idOf({ purpose, taskId, attempt }: OwnerId): string {
  return `${purpose} ${attempt} ${taskId ?? ""}`;
}

/** The work that makes calls, by what its calls are recorded under. */
function byId(open: readonly Work[]): ReadonlyMap<string, CallingWork> {
  const calling = open.filter((work) => "route" in work);
  return new Map(calling.map((work) => [workId(work), work]));
}

function put<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
