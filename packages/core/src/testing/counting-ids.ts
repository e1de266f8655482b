import type { Environment } from "../ports/environment.js";

/** Ids that count: `run_1`, `run_2`, `call_1`. Each kind counts for itself. */
export function countingIds(): Pick<Environment, "id"> {
  const last = { run: 0, call: 0, owner: 0 };
  return {
    id(kind) {
      last[kind] += 1;
      return `${kind}_${last[kind]}`;
    },
  };
}
