import type { CallAnswer, CallFailure, CallIntent, CallJournal } from "../ports/call-journal.js";
import type { IdSource } from "../ports/ids.js";
import type { Purpose, RunEvent } from "../run/events.js";
import type { Runner } from "./runner.js";

/** The journal of one piece of work: its calls become events of the run. */
export class RunJournal implements CallJournal {
  readonly #runner: Runner;
  readonly #ids: IdSource;
  readonly #work: RunEvent<"plan.queued" | "attempt.queued" | "review.queued">;

  /** @param work What licensed the calls. */
  constructor(
    runner: Runner,
    ids: IdSource,
    work: RunEvent<"plan.queued" | "attempt.queued" | "review.queued">,
  ) {
    this.#runner = runner;
    this.#ids = ids;
    this.#work = work;
  }

  async sent(intent: CallIntent): Promise<string> {
    const callId = this.#ids.next("call");
    const { attempt, route } = this.#work;
    const taskId = this.#work.type === "plan.queued" ? null : this.#work.taskId;
    const { tier } = route;
    await this.#runner.recordDurably({
      type: "call.sent",
      callId,
      ...this.#owner(),
      tier,
      taskId,
      attempt,
      ...intent,
    });
    return callId;
  }

  answered(callId: string, answer: CallAnswer): Promise<void> {
    return this.#runner.recordDurably({ type: "call.answered", callId, ...answer });
  }

  failed(callId: string, failure: CallFailure): Promise<void> {
    return this.#runner.recordDurably({ type: "call.failed", callId, ...failure });
  }

  #owner(): { purpose: Purpose; role: string } {
    switch (this.#work.type) {
      case "plan.queued":
        return { purpose: "plan", role: "planner" };
      case "attempt.queued":
        return { purpose: "execute", role: this.#work.role };
      case "review.queued":
        return { purpose: "review", role: "reviewer" };
      default:
        return this.#work satisfies never;
    }
  }
}
