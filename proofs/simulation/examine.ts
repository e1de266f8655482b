import type { Counts } from "./faults.js";
import type { Violation } from "./judge.js";
import type { Note } from "./scheduler.js";
import type { Core } from "./seat.js";
import { type SimulationOptions, simulate } from "./simulation.js";

/** What was found wrong with a seed. */
export interface Examined {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

// Faults are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;

/** What nobody caught since it was last asked. */
const uncaught: unknown[] = [];
process.on("unhandledRejection", (error) => uncaught.push(error));

/**
 * Judges one seed: as it is, once more without listeners, and every other one in a calm world with the same answers.
 *
 * @param isBroken Whether a bug is planted in the core: then a seed is not run twice, and each is run in the calm.
 * @param note Hears the story of each.
 */
export async function examine(
  core: Core,
  seed: number,
  counts: Counts,
  isBroken: boolean,
  note?: Note,
): Promise<Examined> {
  const run = (title: string, how: Partial<SimulationOptions>) => {
    note?.(`# ${title}`);
    return simulate({ core, seed, counts: new Map(), note, ...how });
  };
  const stormy = await run("As it is", { counts });
  const violations = [...stormy.violations];
  const found = (invariant: string, message: string): void => void violations.push({ invariant, message });
  if (!isBroken && violations.length === 0) {
    const again = await run("Once more, and nobody listens", { listens: false, isJudged: false });
    const isHeard = stormy.world.manners !== "none";
    if (again.hash !== stormy.hash) found(isHeard ? "I-34" : "SEED", "the same seed did not end the same.");
  }
  const isCompared = isBroken || seed % 2 === 0;
  if (isCompared && violations.length === 0 && stormy.outcome !== undefined) {
    const calm = await run("In the calm", { calm: true });
    for (const { invariant, message } of calm.violations) found(invariant, `In the calm: ${message}`);
    if (calm.outcome !== stormy.outcome) found("I-08", `${stormy.outcome} is not ${calm.outcome}`);
  }
  // Node says what nobody caught when a turn of its loop ends.
  await new Promise((resolve) => setImmediate(resolve));
  for (const error of uncaught.splice(0)) found("I-33", `nobody caught ${String(error)}`);
  return { seed, violations };
}
