/** What an outcome costs at a price list. A figure stands on one list; none are mixed. */

import { PRICE_LISTS, type PriceListName, type TierPrice } from "@terrace/agents";
import type { OutcomeRow } from "./read-outcomes.js";

/** The lists whose prices are Claude's, by name, and those that are a ladder's own: a ratio, or dollars as recorded. */
export type ListName = PriceListName | "own";

/** How the cost of an outcome follows from its row. */
export type Costing =
  | { readonly by: "tokens"; readonly tiers: readonly string[] }
  /** Dollars as recorded at a list; at another they change as the prices do. */
  | { readonly by: "dollars"; readonly tiers: readonly string[]; readonly at: ListName }
  /** The same for every task: only the ratio of the tiers is known. */
  | { readonly by: "tier"; readonly units: readonly number[] }
  | { readonly by: "turns"; readonly units: readonly number[] };

/** Dollars (or units of a ladder's own) of an outcome at rung `rung`; `null` when the row does not say. */
export function costOf(costing: Costing, list: ListName, rung: number, row: OutcomeRow): number | null {
  switch (costing.by) {
    case "tokens": {
      const price = priceAt(list, costing.tiers[rung]);
      if (price === null || row.input_tokens === null || row.output_tokens === null) return null;
      return (row.input_tokens * price.inputUsd + row.output_tokens * price.outputUsd) / 1e6;
    }
    case "dollars": {
      if (row.cost_usd === null || list === costing.at) return row.cost_usd;
      const now = priceAt(list, costing.tiers[rung]);
      const then = priceAt(costing.at, costing.tiers[rung]);
      return now === null || then === null ? null : (row.cost_usd * now.outputUsd) / then.outputUsd;
    }
    case "tier":
      return costing.units[rung] ?? null;
    case "turns":
      return row.api_calls === null ? null : row.api_calls * (costing.units[rung] ?? 0);
  }
}

/**
 * The price of a tier at a list; `null` for a ladder's own list.
 *
 * The higher price of Haiku 5.5 above 100,000 prompt tokens is left out: no recorded request of the single calls is as
 * long, and of agents only sums are recorded.
 */
export function priceAt(list: ListName, tier: string | undefined): TierPrice | null {
  if (list === "own" || tier === undefined) return null;
  return PRICE_LISTS[list].tiers[tier] ?? null;
}
