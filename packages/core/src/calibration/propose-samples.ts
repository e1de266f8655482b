import type { Sample } from "../run/sample.js";
import type { CalibrationRow } from "./calibration-row.js";
import { intervalOf, percents } from "./interval.js";

/** That a kind is accepted so often that a sample of reviews would do: for a person to declare, never done by itself. */
export interface SampleProposal {
  readonly kind: string;
  /** The share that still goes to a reviewer, from 0 to 1, for `reviewer.sample`. */
  readonly share: number;
  readonly reason: string;
  readonly cases: number;
  readonly accepted: number;
  readonly low: number;
  readonly high: number;
}

/** What is accepted at once at least so often, beyond doubt, need not all be reviewed. */
const HARDLY_EVER_WRONG = 0.95;
/** Enough to see it change. */
const SHARE = 0.2;

/** Kinds whose first outputs hardly ever fail: at least 73 of 73. Leaves out those that are reviewed by sample. */
export function proposeSamples(
  rows: readonly CalibrationRow[],
  sample: Sample = {},
): readonly SampleProposal[] {
  return [...new Set(rows.map(({ kind }) => kind))].flatMap((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const cases = own.reduce((sum, { started }) => sum + started, 0);
    const accepted = own.reduce((sum, { acceptedFirst }) => sum + acceptedFirst, 0);
    const { low, high } = intervalOf(accepted, cases);
    if (low < HARDLY_EVER_WRONG || Object.hasOwn(sample, kind)) return [];
    const reason =
      `${accepted} of ${cases} "${kind}" tasks were accepted at once (${percents({ low, high })}): ` +
      `a review of one in five would do, but for those where an error costs much.`;
    return [{ kind, share: SHARE, reason, cases, accepted, low, high }];
  });
}
