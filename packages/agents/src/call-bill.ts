// What a call is recorded to have used and cost, whether it brought an answer, a part of one, or none.
import { type CallAnswer, type CallFailure, NO_USAGE, type PriceTerms } from "@terrace/core";
import { isSameModel } from "./classify-message.js";
import { harmless } from "./fault-text.js";
import type { WireMessage } from "./message-schema.js";
import { priceOf } from "./prices.js";
import type { StreamMessage } from "./stream-message.js";
import { saysBatch, toUsage, unpricedIn } from "./usage.js";

/** What a call came to that brought no answer. */
type Part = Pick<CallFailure, "usage" | "costMicroUsd">;

/** For a call that certainly never reached a model. */
export const NO_COST: Part = { usage: NO_USAGE, costMicroUsd: 0 };

/** How calls are priced, and who is told what is odd about an answer. */
interface Billing {
  readonly terms: PriceTerms;
  readonly warn: (line: string) => void;
}

/** Bills an answer to the model that gave it. */
export function billAnswer(
  { model, usage: counted }: WireMessage,
  asked: string,
  { terms, warn }: Billing,
): Pick<CallAnswer, "model" | "usage" | "costMicroUsd" | "priceAsOf"> {
  if (!isSameModel(asked, model)) {
    warn(
      `"${harmless(asked)}" was asked and "${harmless(model)}" answered; the call is priced as what answered.`,
    );
  }
  const usage = toUsage(counted);
  if (usage === null) {
    warn(`An answer of "${harmless(model)}" has no usable token counts; what it cost is unknown.`);
    return { model, usage: NO_USAGE, costMicroUsd: null, priceAsOf: null };
  }
  const unpriced = unpricedIn(counted);
  if (unpriced !== undefined) {
    warn(
      `An answer of "${harmless(model)}" counts "${harmless(unpriced)}", which has no known price; what it cost is unknown.`,
    );
  }
  const price = unpriced === undefined ? priceOf(model, usage, termsFor(counted, terms)) : null;
  return { model, usage, costMicroUsd: price?.microUsd ?? null, priceAsOf: price?.asOf ?? null };
}

/** Bills a message that came and cannot count as an answer. */
export function billMessage({ model, usage }: WireMessage, terms: PriceTerms): Part {
  return toPart(model, usage, terms);
}

/** Bills what came of a stream. Until its final counts are in, what it cost is unknown, though its first counts are in. */
export function billPart({ raw, isCounted }: StreamMessage, terms: PriceTerms): Part {
  return isCounted
    ? toPart(String(raw?.model), raw?.usage, terms)
    : { usage: toUsage(raw?.usage), costMicroUsd: null };
}

function toPart(model: string, counted: unknown, terms: PriceTerms): Part {
  const usage = toUsage(counted);
  const isPriced = usage !== null && unpricedIn(counted) === undefined;
  const price = isPriced ? priceOf(model, usage, termsFor(counted, terms)) : null;
  return { usage, costMicroUsd: price?.microUsd ?? null };
}

/** The provider's own word on how a call was served counts for more than how it was sent. */
function termsFor(counted: unknown, terms: PriceTerms): PriceTerms {
  const isBatch = saysBatch(counted);
  return isBatch === undefined ? terms : { ...terms, urgency: isBatch ? "batch" : "live" };
}
