// Bounds that contradict one another, each named with where it comes from.

import { UsageError } from "../surroundings.js";
import { type Merged, originAt } from "./merge.js";
import { describeOrigin } from "./origin.js";

/** The first may be no more than the second. */
const ORDERED: readonly (readonly [string, string])[] = [
  ["budget.softUsd", "budget.hardUsd"],
  ["budget.perTaskUsd", "budget.hardUsd"],
  ["approveAboveUsd", "budget.hardUsd"],
  ["limits.maxDepth", "limits.maxTasks"],
  ["limits.maxTasks", "limits.maxTotalTasks"],
  ["limits.maxItems", "limits.maxTotalTasks"],
];

/** @throws UsageError when a part may be more than the whole; names both */
export function assertBounds({ config, origins }: Merged): void {
  const at = (path: string): number | undefined => {
    const [key = "", inner] = path.split(".");
    const value = (config as Readonly<Record<string, unknown>>)[key];
    const found =
      inner === undefined ? value : (value as Readonly<Record<string, unknown>> | undefined)?.[inner];
    return typeof found === "number" ? found : undefined;
  };
  const where = (path: string): string => {
    const origin = originAt(origins, path);
    return origin === undefined ? "configuration" : describeOrigin(origin);
  };
  const tiers = Object.keys(config.tierConcurrency ?? {}).map(
    (tier) => [`tierConcurrency.${tier}`, "concurrency"] as const,
  );
  const lines = [...ORDERED, ...tiers].flatMap(([part, whole]) => {
    const [small, large] = [at(part), at(whole)];
    if (small === undefined || large === undefined || small <= large) return [];
    const other = where(part) === where(whole) ? "" : ` (${where(whole)})`;
    return [
      `${where(part)}: ${part}: expected at most ${whole}${other}, which is ${large}, got ${small}. Change one of them.`,
    ];
  });
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
}
