/** The best mix of two policies: what a coin over them reaches at least cost. */

/** Success and cost of a policy, as means over the tasks. */
export interface Point {
  readonly success: number;
  readonly cost: number;
}

/** The least cost at which a mix of two of these reaches `success`; the dearest point's when none does. */
export function leastCost(points: readonly Point[], success: number): number {
  const enough = points.filter((point) => point.success >= success - 1e-12);
  const short = points.filter((point) => point.success < success - 1e-12);
  let least = Math.min(...enough.map(({ cost }) => cost));
  for (const above of enough) {
    for (const below of short) {
      const share = (success - below.success) / (above.success - below.success);
      if (share <= 1) least = Math.min(least, below.cost + share * (above.cost - below.cost));
    }
  }
  return Number.isFinite(least) ? least : Math.max(...points.map(({ cost }) => cost));
}

/** The most success that a mix of two of these reaches at `cost`. */
export function mostSuccess(points: readonly Point[], cost: number): number {
  const affordable = points.filter((point) => point.cost <= cost);
  const dear = points.filter((point) => point.cost > cost);
  let most = Math.max(0, ...affordable.map(({ success }) => success));
  for (const below of affordable) {
    for (const above of dear) {
      const share = (cost - below.cost) / (above.cost - below.cost);
      most = Math.max(most, below.success + share * (above.success - below.success));
    }
  }
  return most;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
