/** How often values fell into each bucket. At most 257 buckets, however many values: eight to a doubling. */
export type Histogram = ReadonlyMap<number, number>;

const TO_A_DOUBLING = 8;

/** Some 45 days in milliseconds. */
const LAST = 255;

/** Below every value that is not nothing. */
const NOTHING = -1;

/** Notes a value from 0 up. Changes the histogram it is given. */
export function noteValue(histogram: Histogram, value: number): void {
  const bucket = bucketOf(value);
  (histogram as Map<number, number>).set(bucket, (histogram.get(bucket) ?? 0) + 1);
}

/**
 * The value that a share of all values do not exceed, by the nearest rank: at most 5 % off, or half of 1 where that is
 * more. `null` when there is none.
 */
export function quantile(histogram: Histogram, share: number): number | null {
  const buckets = [...histogram].sort(([one], [other]) => one - other);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.max(1, Math.ceil(share * total));
  for (const [bucket, count] of buckets) {
    left -= count;
    if (left <= 0) return valueIn(bucket);
  }
  return null;
}

function bucketOf(value: number): number {
  // A clock that was set back took no time.
  if (!(value >= 0.5)) return NOTHING;
  return Math.min(LAST, Math.max(0, Math.round(Math.log2(value) * TO_A_DOUBLING)));
}

function valueIn(bucket: number): number {
  return bucket === NOTHING ? 0 : Math.round(2 ** (bucket / TO_A_DOUBLING));
}
