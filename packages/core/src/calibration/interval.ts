/** A share and the bounds it lies in with a chance of 95 %, each from 0 to 1. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** The interval of a share by Wilson's score, which holds for few cases too; of none, all is possible. */
export function intervalOf(hits: number, of: number): Interval {
  if (of === 0) return { share: 0, low: 0, high: 1 };
  const share = hits / of;
  const square = Z ** 2 / of;
  const centre = (share + square / 2) / (1 + square);
  const half = (Z / (1 + square)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of));
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** An interval for people, such as `83 to 99 %`. */
export function percents({ low, high }: Pick<Interval, "low" | "high">): string {
  return `${Math.round(low * 100)} to ${Math.round(high * 100)} %`;
}
