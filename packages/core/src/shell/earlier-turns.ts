import type { CallAnswer } from "../ports/call-journal.js";
import type { RunEvent } from "../run/events.js";

/** The stop reason of an answer that asks for tools, and is no end of the attempt. */
const ASKS_FOR_TOOLS = "tool_use";

/**
 * The answers by which an attempt asked for tools before it was broken off and asked for again, by key.
 *
 * The retry goes on from them: asked anew, the model would have its tools act a second time. Only what the attempt went
 * on from is taken, which another call, a tool or one that is held shows; an answer that nobody could use is asked for anew.
 */
export function earlierTurns(
  log: readonly RunEvent[],
  { taskId, attempt, seq }: RunEvent<"attempt.queued">,
): ReadonlyMap<string, readonly CallAnswer[]> {
  const keys = new Map<string, string>();
  const turns = new Map<string, CallAnswer[]>();
  let last: { readonly key: string; readonly answer: CallAnswer } | undefined;
  const goOn = (): void => {
    if (last !== undefined) turns.set(last.key, [...(turns.get(last.key) ?? []), last.answer]);
    last = undefined;
  };
  for (const event of log) {
    if (event.seq >= seq) break;
    if (event.type === "call.answered") {
      const key = keys.get(event.callId);
      if (key !== undefined) last = event.stopReason === ASKS_FOR_TOOLS ? { key, answer: event } : undefined;
    } else if (!("attempt" in event && "taskId" in event)) continue;
    else if (event.taskId !== taskId || event.attempt !== attempt) continue;
    else if (event.type === "tool.started" || event.type === "tool.held") goOn();
    else if (event.type === "call.sent" && event.purpose === "execute") {
      goOn();
      keys.set(event.callId, event.key);
    } else if (event.type === "attempt.failed") last = undefined;
  }
  return turns;
}
