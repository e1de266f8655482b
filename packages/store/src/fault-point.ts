/** A moment in a write at which a test may fail it (by throwing) or kill the process. */
export type FaultPoint =
  /** Nothing has been done yet. */
  | "begin"
  /** Everything is written, nothing is durable. */
  | "commit"
  /** It is durable, and nobody knows yet. */
  | "committed";
