import { assertMix, type MixReport, priceMix, type Split } from "./mix.js";
import { type PriceList, type PriceListName, priceListOf } from "./price-lists.js";

/** What `fleet` is asked. */
export interface FleetQuestion {
  readonly tasksPerDay: number;
  /** Of one task. */
  readonly inputTokens: number;
  /** Of one task, thinking included. */
  readonly outputTokens: number;
  readonly split: Split;
  /** The name of a price list, or a list of your own. */
  readonly prices: PriceListName | PriceList;
  /** How many days are added up. @default 1 */
  readonly days?: number;
}

/**
 * What a fleet of equal tasks costs when they are split over tiers, against all of them at one.
 *
 * Counts equal tokens at every tier, no planner, no review, no task done twice and no cache: the most that a split can
 * save, and not what a run will. A prompt longer than prices hold for has the price above.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function fleet(question: FleetQuestion): MixReport {
  const { tasksPerDay, inputTokens, outputTokens, split, days = 1 } = question;
  const list = priceListOf(question.prices);
  assertMix(split, list, { tasksPerDay, inputTokens, outputTokens, days });
  const tasks = tasksPerDay * days;
  const work = { inputTokens: tasks * inputTokens, outputTokens: tasks * outputTokens };
  return priceMix(split, { ...work, promptTokens: inputTokens }, list);
}
