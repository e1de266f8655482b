import { nanoid } from "nanoid";
import type { Environment } from "../ports/environment.js";

/** The longest a timer of the machine can wait: longer ones would go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's own clock, timers and chance, and ids that no other process makes, such as `run_V1StGXR8_Z5jdHi6B-myT`. */
export const systemEnvironment: Environment = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  id: (kind) => `${kind}_${nanoid()}`,
};
