import type { Usage } from "../ports/call-journal.js";
import type { Facts, RunEvent } from "./events.js";

/** A call that was sent in this run and has ended. */
export interface EndedCall {
  readonly sent: Facts["call.sent"];
  /** `orphaned`: a crash left it without a recorded end. */
  readonly end: "answered" | "failed" | "orphaned";
  /** The model that answered; the one that was asked when none did. */
  readonly model: string;
  /** `null` when nobody knows. */
  readonly usage: Usage | null;
  /** Integer micro-dollars, as recorded; `null` when unknown. */
  readonly microUsd: number | null;
}

/** The calls of a log that have ended, in the order of their ends; each once. */
export function endedCalls(log: readonly RunEvent[]): readonly EndedCall[] {
  const open = new Map<string, Facts["call.sent"]>();
  const ended: EndedCall[] = [];
  for (const event of log) {
    if (event.type === "call.sent") open.set(event.callId, event);
    if (event.type !== "call.answered" && event.type !== "call.failed" && event.type !== "call.orphaned") {
      continue;
    }
    const sent = open.get(event.callId);
    if (sent === undefined) continue;
    open.delete(event.callId);
    ended.push(endOf(sent, event));
  }
  return ended;
}

type End = RunEvent<"call.answered"> | RunEvent<"call.failed"> | RunEvent<"call.orphaned">;

function endOf(sent: Facts["call.sent"], event: End): EndedCall {
  switch (event.type) {
    case "call.answered": {
      const { model, usage, costMicroUsd: microUsd } = event;
      // An answer whose counts could not be true is recorded with none.
      const isUnknown = microUsd === null && Object.values(usage).every((tokens) => tokens === 0);
      return { sent, end: "answered", model, usage: isUnknown ? null : usage, microUsd };
    }
    case "call.failed": {
      const { usage, costMicroUsd: microUsd } = event;
      return { sent, end: "failed", model: sent.model, usage, microUsd };
    }
    case "call.orphaned":
      return { sent, end: "orphaned", model: sent.model, usage: null, microUsd: event.chargedMicroUsd };
    default:
      return event satisfies never;
  }
}
