/** Time, chance and ids: all that a run cannot work out itself, in one place, so that a test can decide it. */
export interface Environment {
  /** Milliseconds since 1970. May jump: it says when something was recorded, and orders nothing. */
  now(): number;
  /** Milliseconds since some moment of this process. Never goes back: it measures how long something took. */
  monotonic(): number;
  /** Calls once, after `ms` milliseconds; the function it returns prevents that. */
  after(ms: number, action: () => void): () => void;
  /** From 0 up to, but not including, 1. */
  random(): number;
  /** A new id that nothing else has, such as `run_7f3k…`. */
  id(kind: "run" | "call" | "owner"): string;
}
