import type { CalibrationRow } from "./calibration-row.js";

/** The figures of rows that alarms go by, added up. */
export type Sums = { -readonly [Figure in keyof typeof NOTHING]: number };

const NOTHING = {
  tasks: 0,
  escalated: 0,
  started: 0,
  acceptedFirst: 0,
  attempts: 0,
  /** Outputs with confidence high that were judged. */
  sure: 0,
  sureAccepted: 0,
  /** Outputs with any other word. */
  unsure: 0,
  unsureAccepted: 0,
} as const;

/** The sums of nothing yet. */
export function noSums(): Sums {
  return { ...NOTHING };
}

/** The figures of one row. */
export function sumsOf({ words: { high, medium, low }, ...row }: CalibrationRow): Sums {
  const { tasks, escalated, started, acceptedFirst, attempts } = row;
  return {
    tasks,
    escalated,
    started,
    acceptedFirst,
    attempts,
    sure: high.judged,
    sureAccepted: high.accepted,
    unsure: medium.judged + low.judged,
    unsureAccepted: medium.accepted + low.accepted,
  };
}

/** Adds what `now` has more than `before`. */
export function addTo(sums: Sums, now: Sums, before: Sums): void {
  for (const figure of Object.keys(NOTHING) as (keyof Sums)[]) sums[figure] += now[figure] - before[figure];
}
