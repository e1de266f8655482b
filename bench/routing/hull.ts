/** What is worth its price: of several points, the lower hull of cost over success. */

import type { Point } from "./mix.js";

/** From the cheapest up, each dearer, better, and at a rising price for what it is better by. */
export function lowerHull<Found extends Point>(points: readonly Found[]): Found[] {
  const byCost = [...points].sort((a, b) => a.cost - b.cost || b.success - a.success);
  const hull: Found[] = [];
  for (const next of byCost) {
    const last = hull.at(-1);
    if (last !== undefined && next.success <= last.success) continue;
    while (hull.length > 1) {
      const [before, middle] = [hull.at(-2), hull.at(-1)];
      if (before === undefined || middle === undefined) break;
      if (priceBetween(before, middle) <= priceBetween(middle, next)) break;
      hull.pop();
    }
    hull.push(next);
  }
  return hull;
}

/** What a unit of success costs on the way from one point to another. */
export function priceBetween(from: Point, to: Point): number {
  return (to.cost - from.cost) / (to.success - from.success);
}
