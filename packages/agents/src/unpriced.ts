// Says which models have no known price, before anybody wonders about a bill.
import { NO_USAGE, type PriceOf, type PriceRow } from "@terrace/core";
import { harmless } from "./fault-text.js";

/** Far more models than a ladder has. */
const MOST_MODELS = 1_000;

/** Looks at models that are about to be asked. */
export type UnpricedWatch = (models: readonly string[], prices: readonly PriceRow[]) => void;

/** A watch that tells of each model without a price of its own once. */
export function watchUnpriced(priceOf: PriceOf, warn: (line: string) => void): UnpricedWatch {
  const told = new Set<string>();
  return (models, prices) => {
    for (const model of models) {
      if (told.has(model) || told.size >= MOST_MODELS) continue;
      if (priceOf(model, NO_USAGE, { urgency: "live", prices }) !== null) continue;
      told.add(model);
      warn(
        `"${harmless(model)}" has no known price: its calls count as unpriced, and a budget in dollars lets none pass. ` +
          "Give its prices to `defineTeam` (`prices`).",
      );
    }
  };
}
