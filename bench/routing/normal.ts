/** The normal distribution: how much lies below a value, and the value below which so much lies. */

/**
 * Share of the standard normal distribution below `x`; off by at most 1e-7.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17
 */
export function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x >= 0 ? 1 - tail : tail;
}

/** The value below which `share` of the standard normal distribution lies, from -10 to 10. */
export function inverseNormal(share: number): number {
  let [low, high] = [-10, 10];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normal(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
