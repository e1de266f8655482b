import { type Histogram, noteValue, quantile } from "./histogram.js";
import type { Ledger } from "./ledger.js";

/** How long the answers of a tier, or for a purpose, took. */
export interface Latency {
  readonly whole: Histogram;
  readonly firstToken: Histogram;
}

/** The same as people read it. In milliseconds, at most 5 % off. */
export interface LatencyLine {
  /** Answers that came live; those of batches have all the time there is. */
  readonly answers: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** To the first part of the answer; `null` when none came in parts. */
  readonly firstTokenP50Ms: number | null;
  readonly firstTokenP95Ms: number | null;
}

/** Notes how long a call took that was answered and is still open. Changes the ledger it is given. */
export function noteLatency({ openCalls, latencyByTier, latencyByPurpose }: Ledger, fact: LatencyFact): void {
  const call = openCalls.get(fact.callId);
  if (call === undefined || call.urgency === "batch") return;
  note(latencyByTier as Map<string, Latency>, call.tier, fact);
  note(latencyByPurpose as Map<string, Latency>, call.purpose, fact);
}

function note(latencies: Map<string, Latency>, name: string, { latencyMs, firstTokenMs }: LatencyFact): void {
  const latency = latencies.get(name) ?? { whole: new Map(), firstToken: new Map() };
  latencies.set(name, latency);
  noteValue(latency.whole, latencyMs);
  if (firstTokenMs !== null) noteValue(latency.firstToken, firstTokenMs);
}

interface LatencyFact {
  readonly callId: string;
  readonly latencyMs: number;
  readonly firstTokenMs: number | null;
}

/** What answers took, for people. */
export function reportLatency({ whole, firstToken }: Latency): LatencyLine {
  return {
    answers: [...whole.values()].reduce((sum, count) => sum + count, 0),
    p50Ms: quantile(whole, 0.5),
    p95Ms: quantile(whole, 0.95),
    firstTokenP50Ms: quantile(firstToken, 0.5),
    firstTokenP95Ms: quantile(firstToken, 0.95),
  };
}
