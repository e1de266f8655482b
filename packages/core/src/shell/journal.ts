import type { CallAnswer, CallFailure, CallIntent, CallJournal } from "../ports/call-journal.js";
import type { IdSource } from "../ports/ids.js";
import type { Purpose } from "../run/events.js";
import type { Runner } from "./runner.js";

/** Whom the calls of a journal are for. */
export interface CallOwner {
  readonly purpose: Purpose;
  readonly tier: string;
  readonly role: string;
  readonly taskId: string | null;
  readonly attempt: number;
}

/** The journal of one piece of work: its calls become events of the run. */
export class RunJournal implements CallJournal {
  readonly #runner: Runner;
  readonly #ids: IdSource;
  readonly #owner: CallOwner;

  constructor(runner: Runner, ids: IdSource, owner: CallOwner) {
    this.#runner = runner;
    this.#ids = ids;
    this.#owner = owner;
  }

  async sent(intent: CallIntent): Promise<string> {
    const callId = this.#ids.next("call");
    await this.#runner.ask({ type: "call.sent", callId, ...this.#owner, ...intent });
    return callId;
  }

  answered(callId: string, answer: CallAnswer): Promise<void> {
    return this.#runner.ask({ type: "call.answered", callId, ...answer });
  }

  failed(callId: string, failure: CallFailure): Promise<void> {
    return this.#runner.ask({ type: "call.failed", callId, ...failure });
  }
}
