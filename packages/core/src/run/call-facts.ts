import type { CallAnswer, CallFailure, CallIntent } from "../ports/call-journal.js";
import type { CallOwner } from "./events.js";

/** The facts about calls to models, by type. */
export interface CallFacts<T extends string = string> {
  /** A request is about to leave. */
  "call.sent": Required<CallIntent> & CallOwner<T> & { readonly callId: string };
  /** The provider has the batch that the call went with. */
  "call.batched": { readonly callId: string; readonly batchId: string };
  /** An answer arrived; nobody has parsed it yet. */
  "call.answered": Required<CallAnswer> & { readonly callId: string };
  /** No answer, or not a whole one. */
  "call.failed": CallFailure & { readonly callId: string };
  /** The process died before it could record what became of the call: it counts as answered and paid for. */
  "call.orphaned": {
    readonly callId: string;
    /** What was reserved for it; `null` when the model has no known price. */
    readonly chargedMicroUsd: number | null;
  };
  /** Nothing was sent: another run has the answer to this very request. */
  "call.reused": CallOwner<T> & {
    readonly key: string;
    /** The call of that run. */
    readonly callId: string;
    readonly fromRunId: string;
    /** What the call cost that run; `null` when unknown. */
    readonly savedMicroUsd: number | null;
  };
}
