// The provider, in a process of its own: it fails requests on purpose and counts everything that it is asked.

import { type Fault, startSimulator, type WorldRequest } from "@terrace/simulator";
import type { ServerReport, ServerSetup } from "./messages.js";

/** In a storm long enough for the slots to set the pace, and not the machine: a peak would be theirs. */
const LATENCY_MS = { faults: 5, storm: 250 } as const;
const SEED = 42;
/** Requests that are answered before a storm begins, so that every slot is at work when it does. */
const CALM = 500;
/** What the provider asks for; the client adds up to a quarter of a second at random. */
const RETRY_AFTER_MS = { faults: 20, storm: 500 } as const;

const setup = JSON.parse(process.argv[2] ?? "") as ServerSetup;
const random = mulberry32(SEED);
let requests = 0;
let answered = 0;
let failed = 0;
let stormEndsAt = Number.POSITIVE_INFINITY;
const afterStorm: number[] = [];

const simulator = await startSimulator({
  world: { answer },
  latency: LATENCY_MS[setup.mode],
  faults: (_, n) => {
    requests = n;
    const fault = setup.mode === "faults" ? scattered() : inStorm(n);
    if (fault !== undefined) failed += 1;
    return fault;
  },
});
process.on("message", () => process.send?.(report()));
process.on("disconnect", () => void simulator.close());
process.send?.(simulator.url);

function answer({ system }: WorldRequest) {
  answered += 1;
  return system.startsWith("You are the reviewer")
    ? { json: { criteria: [], problems: [], blame: "" } }
    : { json: { output: "done", confidence: "high", because: "It is simple.", unverified: [] } };
}

/** One in twenty each: too many requests, overloaded, a connection that is reset. */
function scattered(): Fault | undefined {
  const drawn = random();
  const retryAfterMs = RETRY_AFTER_MS.faults;
  if (drawn < 0.05) return { kind: "status", status: 429, retryAfterMs };
  if (drawn < 0.1) return { kind: "status", status: 529, retryAfterMs };
  return drawn < 0.15 ? { kind: "reset" } : undefined;
}

function inStorm(n: number): Fault | undefined {
  if (n <= CALM) return undefined;
  const now = performance.now();
  if (stormEndsAt === Number.POSITIVE_INFINITY) stormEndsAt = now + setup.stormMs;
  if (now < stormEndsAt) return { kind: "status", status: 429, retryAfterMs: RETRY_AFTER_MS.storm };
  const second = Math.floor((now - stormEndsAt) / 1_000);
  while (afterStorm.length <= second) afterStorm.push(0);
  afterStorm[second] = (afterStorm[second] ?? 0) + 1;
  return undefined;
}

function report(): ServerReport {
  // What was turned away before it could be failed is in the log alone.
  const received = simulator.requests.at(-1)?.n ?? 0;
  return {
    requests: Math.max(requests, received),
    answered,
    failed,
    maxInFlight: simulator.maxInFlight,
    afterStorm: afterStorm.slice(0, -1),
  };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
