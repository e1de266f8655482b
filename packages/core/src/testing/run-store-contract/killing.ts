import type { RunStore } from "../../ports/run-store.js";
import { holds, same } from "./assertions.js";
import type { Body, Cases } from "./case.js";
import { logOf, NOW, TTL_MS } from "./samples.js";

/** When a process dies: before it writes, after it has written and before that is durable, or right after. */
export type KillMoment = "before" | "written" | "durable";

/** What is left of a process that was killed. */
export interface Survivor<Store extends RunStore> {
  /** What it wrote, opened anew. */
  readonly store: Store;
  /** How many appends it was told had succeeded. */
  readonly acknowledged: number;
}

/** The run that is written until somebody kills the writer. */
const KILL_RUN = "run_killed";
const APPENDS = 40;
const MOMENTS = ["before", "written", "durable"] as const;

/** How many events the nth append brings, counted from 1: 1, 2, 3, 4, 1, … */
function sizeOf(append: number): number {
  return 1 + ((append - 1) % 4);
}

function lengthAfter(appends: number): number {
  return Array.from({ length: appends }, (_, index) => sizeOf(index + 1)).reduce(
    (sum, size) => sum + size,
    0,
  );
}

/**
 * Appends, one batch after the other, until the process is killed or 40 are done.
 *
 * @param acknowledged Called after each append with how many have succeeded; must be heard even if the process is
 *   killed at once afterwards.
 */
export async function appendUntilKilled(
  store: RunStore,
  acknowledged: (appends: number) => void,
): Promise<void> {
  const lease = await store.acquire(KILL_RUN, "killed:1", NOW, TTL_MS);
  const log = logOf(KILL_RUN, lengthAfter(APPENDS));
  for (let append = 1; append <= APPENDS; append += 1) {
    const from = lengthAfter(append - 1);
    await store.append(lease, log.slice(from, lengthAfter(append)), from);
    acknowledged(append);
  }
}

/** What was acknowledged is there, and nothing is there by half. */
export function killing(kill: (nth: number, moment: KillMoment) => Promise<Survivor<RunStore>>): Cases {
  return Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => {
      const nth = index + 1;
      const moment = MOMENTS[index % MOMENTS.length] ?? "before";
      return [
        `a writer killed at append ${nth}, ${WHEN[moment]}, loses nothing that was acknowledged`,
        survives(kill, nth, moment),
      ];
    }),
  );
}

const WHEN = {
  before: "before it is written",
  written: "before it is durable",
  durable: "before it is acknowledged",
} as const;

function survives(
  kill: (nth: number, moment: KillMoment) => Promise<Survivor<RunStore>>,
  nth: number,
  moment: KillMoment,
): Body {
  return async (world) => {
    const { store, acknowledged } = await kill(nth, moment);
    world.keep(store);
    const { length } = await store.read(KILL_RUN);
    same(acknowledged, nth - 1, "the number of acknowledged appends");
    const whole = moment === "durable" ? [nth] : moment === "before" ? [nth - 1] : [nth - 1, nth];
    holds(
      whole.some((appends) => length === lengthAfter(appends)),
      `${whole.map(lengthAfter).join(" or ")} events after ${acknowledged} appends were acknowledged, got ${length}`,
    );
    same(await store.read(KILL_RUN), logOf(KILL_RUN, length), "the log of the killed run");
    const lease = await store.acquire(KILL_RUN, "next:2", NOW + TTL_MS, TTL_MS);
    await store.append(lease, logOf(KILL_RUN, length + 3).slice(length), length);
    same(await store.read(KILL_RUN), logOf(KILL_RUN, length + 3), "the log that goes on");
  };
}
