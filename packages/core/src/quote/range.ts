import type { TokenRange } from "../ports/size-of.js";

/** An amount that is not known yet: at least, probably, at most. */
export type Range = TokenRange;

export const NONE: Range = { least: 0, likely: 0, most: 0 };

/** The sum of some ranges. */
function sumOf(ranges: Iterable<Range>): Range {
  let { least, likely, most } = NONE;
  for (const range of ranges) {
    least += range.least;
    likely += range.likely;
    most += range.most;
  }
  return { least, likely, most };
}

/** What a piece of work comes to; the money is `null` where a price is unknown. */
export interface Estimate {
  /** Micro-dollars. */
  readonly microUsd: Range | null;
  readonly calls: Range;
}

/** The sum of some estimates; unknown as soon as one of them is. */
export function total(estimates: readonly Estimate[]): Estimate {
  const known = estimates.flatMap(({ microUsd }) => (microUsd === null ? [] : [microUsd]));
  return {
    microUsd: known.length < estimates.length ? null : sumOf(known),
    calls: sumOf(estimates.map(({ calls }) => calls)),
  };
}
