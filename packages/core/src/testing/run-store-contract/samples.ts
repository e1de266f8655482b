import type { Lease, RunStore } from "../../ports/run-store.js";
import type { Fact, RunEvent } from "../../run/events.js";
import type { JsonValue } from "../../run/json.js";
import { submitted } from "../events.js";
import { same } from "./assertions.js";

/** The present, in every case. */
export const NOW = 1_800_000_000_000;

/** How long a lease is taken for, unless a case says otherwise. */
export const TTL_MS = 60_000;

/** A fact as the event of a log. */
export function eventOf(runId: string, seq: number, fact: Fact, at: number = NOW + seq): RunEvent {
  return { ...fact, runId, seq, at } as RunEvent;
}

/** How a log begins. */
export function begin(runId: string, goal = "anything", at: number = NOW): RunEvent {
  return eventOf(runId, 0, { ...(submitted() as Fact<"run.submitted">), goal }, at);
}

/** A task was given up: an event with a text. */
export function reasonOf(runId: string, seq: number, reason: string): RunEvent {
  return eventOf(runId, seq, { type: "task.failed", taskId: "facts", reason });
}

/** An executor answered: an event with any value. */
export function outputOf(runId: string, seq: number, output: JsonValue): RunEvent {
  const rest = { attempt: 1, confidence: "high", because: "It was simple.", unverified: [] } as const;
  return eventOf(runId, seq, { type: "attempt.finished", taskId: "facts", output, ...rest });
}

/** A model answered: an event with any value, as it came. */
export function answerOf(runId: string, seq: number, raw: JsonValue): RunEvent {
  const usage = {
    inputTokens: 12,
    outputTokens: 30,
    thinkingTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  };
  const bill = { usage, costMicroUsd: 42, priceAsOf: null };
  const rest = { requestId: null, stopReason: "end_turn", latencyMs: 7.5, firstTokenMs: 2.5 };
  return eventOf(runId, seq, {
    type: "call.answered",
    callId: "call_1",
    model: "any",
    ...bill,
    ...rest,
    raw,
  });
}

/** A log of so many events, of several kinds. */
export function logOf(runId: string, length: number): readonly RunEvent[] {
  return Array.from({ length }, (_, seq) => {
    if (seq === 0) return begin(runId);
    if (seq % 5 === 2) return outputOf(runId, seq, { text: `output ${seq}`, list: [seq, null, true] });
    if (seq % 5 === 3) return answerOf(runId, seq, [{ type: "text", text: `answer ${seq}` }]);
    if (seq % 5 === 4) return eventOf(runId, seq, { type: "run.resumed", by: "caller" });
    return reasonOf(runId, seq, `reason ${seq}`);
  });
}

/** The lease of a run. */
export async function leaseOf(store: RunStore, runId: string, owner = "host:1"): Promise<Lease> {
  return store.acquire(runId, owner, NOW, TTL_MS);
}

/** Writes a log as a run of its own, and keeps the lease. */
export async function write(store: RunStore, events: readonly RunEvent[]): Promise<Lease> {
  const lease = await leaseOf(store, events[0]?.runId ?? "run_1");
  await store.append(lease, events, 0);
  return lease;
}

/** Expects a run to hold these events and no other. */
export async function expectLog(store: RunStore, runId: string, events: readonly RunEvent[]): Promise<void> {
  same(await store.read(runId), events, `the log of ${JSON.stringify(runId)}`);
}
