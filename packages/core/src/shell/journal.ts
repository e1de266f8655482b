import type { CallJournal } from "../ports/call-journal.js";
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
export function journalFor(runner: Runner, ids: IdSource, owner: CallOwner): CallJournal {
  return {
    async sent(intent) {
      const callId = ids.next("call");
      await runner.ask(() => [{ type: "call.sent", callId, ...owner, ...intent }]);
      return callId;
    },
    answered: (callId, answer) => runner.ask(() => [{ type: "call.answered", callId, ...answer }]),
    failed: (callId, failure) => runner.ask(() => [{ type: "call.failed", callId, ...failure }]),
  };
}
