import type { IdSource } from "../ports/ids.js";

/** Ids that count: `run_1`, `run_2`, `call_1`. Each kind counts for itself. */
export function countingIds(): IdSource {
  const last = { run: 0, call: 0, owner: 0 };
  return {
    next(kind) {
      last[kind] += 1;
      return `${kind}_${last[kind]}`;
    },
  };
}
