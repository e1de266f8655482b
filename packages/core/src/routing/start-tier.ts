/** A tier that a task may start at or come to. */
export interface Rung {
  readonly tier: string;
  /** What an attempt there costs. */
  readonly attempt: number;
  /** What its review costs. */
  readonly review: number;
  /** How likely an output is to be accepted there, from 0 to 1. */
  readonly accepted: number;
}

/** A rung, and what a task costs in all that starts there. */
export interface Start extends Rung {
  readonly expected: number;
}

/**
 * What a task is expected to cost from each rung on, the cheapest tier first.
 *
 * Whoever is not accepted goes on exactly one tier higher, so what starts at a rung costs its attempt and its review,
 * and with what is left of the chance all that starts one higher. Starting there pays when
 * `attempt + review < accepted × expected one higher`. Nothing is left after the top but a person, who counts as none.
 */
export function expectedCosts(rungs: readonly Rung[]): readonly Start[] {
  let onwards = 0;
  return rungs
    .toReversed()
    .map((rung) => {
      onwards = rung.attempt + rung.review + (1 - rung.accepted) * onwards;
      return { ...rung, expected: onwards };
    })
    .toReversed();
}

/**
 * Where a task is cheapest to start; of equals, the dearer tier. `undefined` without rungs.
 *
 * Not the first rung that pays against the next: two cheap tiers may each lose against the top.
 *
 * @param mayStart Whether a task may start at a rung; one that starts lower may still come to it. By default at any.
 */
export function startTier(
  rungs: readonly Rung[],
  mayStart: (rung: Rung) => boolean = () => true,
): Start | undefined {
  return expectedCosts(rungs)
    .filter(mayStart)
    .reduce<Start | undefined>(
      (best, next) => (best === undefined || next.expected <= best.expected ? next : best),
      undefined,
    );
}
