import { OrchestrationError } from "../errors.js";
import { grantedTools } from "../plan/granted-tools.js";
import type { CallAnswer, CallFailure, CallIntent, CallJournal, PendingCall } from "../ports/call-journal.js";
import type { Environment } from "../ports/environment.js";
import type { ToolJournal } from "../ports/tool-journal.js";
import { hasEnded } from "../run/admits.js";
import { leftMicroUsd } from "../run/budget-gate.js";
import type { CallOwner, Fact, Purpose, RunEvent } from "../run/events.js";
import type { CallingWork } from "../run/open-work.js";
import type { TaskState } from "../run/state.js";
import { earlierTurns } from "./earlier-turns.js";
import type { PendingCalls } from "./pending-calls.js";
import { idOf, placeOf, type RecordedAnswers } from "./recorded-answers.js";
import type { Runner } from "./runner.js";
import { ToolRecord } from "./tool-record.js";

/** What the journals of a run share. */
export interface JournalOptions {
  readonly runner: Runner;
  readonly env: Pick<Environment, "id" | "now">;
  readonly answers: RecordedAnswers;
  readonly pending: PendingCalls;
  /** Aborted when nothing more is to be sent. */
  readonly signal: AbortSignal;
  /** Makes sure that the run is still this process's; rejects when it is not. */
  readonly confirm: () => Promise<void>;
}

/** The journal of one piece of work: its calls become events of the run. */
export class RunJournal implements CallJournal {
  readonly #options: JournalOptions;
  readonly #work: CallingWork;
  /** Its calls of batches that have not ended, by id. */
  readonly #waiting = new Map<string, PendingCall>();
  /** What was answered before this attempt was broken off, by key; known once it is asked for. */
  #turns: Map<string, CallAnswer[]> | undefined;

  /** @param work What licensed the calls. */
  constructor(options: JournalOptions, work: CallingWork) {
    this.#options = options;
    this.#work = work;
  }

  recorded(key: string): CallAnswer | undefined {
    const { answers, runner } = this.#options;
    const own = answers.own(this.#work, key) ?? this.#earlierTurn(key);
    if (own !== undefined) return own;
    const reused = answers.reused(key);
    if (reused === undefined) return undefined;
    const { fromRunId, callId, answer } = reused;
    const source = { key, callId, fromRunId, savedMicroUsd: answer.costMicroUsd };
    runner.record({ type: "call.reused", ...this.#owner(), ...source });
    return answer;
  }

  /** The journal of the tool calls of this work, which must be an attempt. */
  tools(): ToolJournal {
    return new ToolRecord(this.#options, this.#work as RunEvent<"attempt.queued">);
  }

  pending(key: string): PendingCall | undefined {
    const call = this.#options.pending.take(this.#id, key);
    if (call !== undefined) this.#waiting.set(call.callId, call);
    return call;
  }

  async batched(callId: string, batchId: string): Promise<void> {
    await this.#options.runner.recordDurably({ type: "call.batched", callId, batchId });
    const call = this.#waiting.get(callId);
    if (call !== undefined) this.#waiting.set(callId, { ...call, batchId });
  }

  left(): number | null {
    const { taskId, purpose } = this.#owner();
    return leftMicroUsd(this.#options.runner.state, taskId, purpose);
  }

  async sent(intent: CallIntent): Promise<string> {
    const { runner, env, signal, confirm } = this.#options;
    if (signal.aborted) {
      throw new OrchestrationError("RUN_ENDED", "The run was told to stop: nothing more may be sent for it.");
    }
    if (intent.key.length > MOST_IN_A_KEY) throw tooLong(intent.key);
    const callId = env.id("call");
    const sentAt = env.now();
    await runner.recordDurably({ type: "call.sent", callId, ...this.#owner(), ...PLAIN, ...intent });
    if (intent.urgency === "batch") this.#waiting.set(callId, { callId, batchId: null, intent, sentAt });
    await confirm();
    return callId;
  }

  answered(callId: string, answer: CallAnswer): Promise<void> {
    this.#waiting.delete(callId);
    return this.#options.runner.recordDurably({
      type: "call.answered",
      callId,
      firstTokenMs: null,
      ...answer,
    });
  }

  failed(callId: string, failure: CallFailure): Promise<void> {
    this.#waiting.delete(callId);
    return this.#options.runner.recordDurably({ type: "call.failed", callId, ...failure });
  }

  /**
   * The work has settled. Calls of batches that are still out are kept for whoever asks the same again; those that
   * nobody asks for any more are orphaned.
   *
   * @param isLeft Whether the work is to be done again elsewhere, and everything is kept for it.
   */
  close(isLeft: boolean): void {
    const { pending, runner } = this.#options;
    // Without batches, as most work is: no name is made of it.
    if (pending.isEmpty && this.#waiting.size === 0) return;
    const unasked = isLeft ? [] : pending.takeRest(this.#id);
    const isOver = hasEnded(runner.state);
    if (!isOver) for (const call of this.#waiting.values()) pending.add(this.#id, call);
    for (const call of isOver ? [...unasked, ...this.#waiting.values()] : unasked)
      runner.record(orphanOf(call));
    this.#waiting.clear();
  }

  /** The answer with which this very attempt asked for tools before it was broken off. */
  #earlierTurn(key: string): CallAnswer | undefined {
    const work = this.#work;
    if (work.type !== "attempt.queued" || work.retry === 0) return undefined;
    const { state, log } = this.#options.runner;
    const { task } = state.tasks.get(work.taskId) as TaskState;
    if (grantedTools(task, state.team).length === 0) return undefined;
    this.#turns ??= new Map([...earlierTurns(log, work)].map(([name, answers]) => [name, [...answers]]));
    return this.#turns.get(key)?.shift();
  }

  get #id(): string {
    return idOf(this.#owner());
  }

  #owner(): CallOwner {
    const work = this.#work;
    const taskId = work.type === "plan.queued" ? (work.revises?.taskId ?? null) : work.taskId;
    return { ...this.#role(), tier: work.route.tier, taskId, attempt: placeOf(work) };
  }

  #role(): { purpose: Purpose; role: string } {
    switch (this.#work.type) {
      case "plan.queued":
        return { purpose: "plan", role: "planner" };
      case "classification.queued":
        return { purpose: "classify", role: "classifier" };
      case "attempt.queued":
        return { purpose: "execute", role: this.#work.role };
      case "review.queued":
        return { purpose: "review", role: "reviewer" };
      case "grade.queued":
        return { purpose: "shadow", role: this.#work.role };
      default:
        return this.#work satisfies never;
    }
  }
}

/** The end of a call of a batch that nobody waits for any more: it counts as answered and paid for. */
export function orphanOf({ callId, intent }: PendingCall): Fact<"call.orphaned"> {
  return { type: "call.orphaned", callId, chargedMicroUsd: intent.reservedMicroUsd };
}

/** What an intent is that does not say otherwise. */
const PLAIN = { reservedTokens: null, urgency: "live", standsInFor: null } as const;

/** What a log can be read back with. */
const MOST_IN_A_KEY = 256;

function tooLong(key: string): RangeError {
  return new RangeError(
    `Expected the key of a call to have at most ${MOST_IN_A_KEY} characters, got ${key.length}. Nothing was sent. Hash what it names.`,
  );
}
