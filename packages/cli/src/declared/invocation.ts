import type { Surroundings } from "../surroundings.js";

/** One call of the command: what it is given, and how it says what it came to. */
export interface Invocation {
  readonly surroundings: Surroundings;
  /** Takes what a command came to: the exit code. */
  readonly end: (code: number) => void;
}
