/** Where ids come from, so that a test can count them. */
export interface IdSource {
  /** A new id that nothing else has, such as `run_7f3k…`. */
  next(kind: "run" | "call" | "owner"): string;
}
