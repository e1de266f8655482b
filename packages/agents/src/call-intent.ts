// What is recorded of a call before it leaves: a name for its very bytes, and the most that it can cost.
import { createHash } from "node:crypto";
import { type CallIntent, type Effort, NO_USAGE, type PriceTerms } from "@terrace/core";
import { priceOf } from "./prices.js";

/** As much of a request's body as an intent needs. */
interface Body {
  readonly model: string;
  readonly max_tokens: number;
  readonly output_config: { readonly effort?: Effort };
}

/**
 * The intent to send this body.
 *
 * Its key is the SHA-256 of the whole body, so that two requests share one only when they ask the very same.
 */
export function toIntent(body: Body, terms: PriceTerms): CallIntent {
  const text = JSON.stringify(body);
  const key = createHash("sha256").update(text).digest("hex");
  const { model, max_tokens: maxTokens } = body;
  const reservedMicroUsd = worstCase(model, Buffer.byteLength(text), maxTokens, terms);
  const reservedTokens = Buffer.byteLength(text) + maxTokens;
  return {
    model,
    effort: body.output_config.effort ?? null,
    maxTokens,
    key,
    reservedMicroUsd,
    reservedTokens,
  };
}

/** An answer shorter than this is of no use to anybody. */
const LEAST_TOKENS = 1_024;

/**
 * The intent with room for a shorter answer, when the budget does not bear the whole: as long as what is left can pay.
 *
 * The key stays, so that a recorded answer is found again whatever was left when it was asked for.
 */
export function fitIntent(
  body: Body,
  intent: CallIntent,
  leftMicroUsd: number | null,
  terms: PriceTerms,
): CallIntent {
  const { model, maxTokens, reservedMicroUsd } = intent;
  if (leftMicroUsd === null || reservedMicroUsd === null || reservedMicroUsd <= leftMicroUsd) return intent;
  const bytes = Buffer.byteLength(JSON.stringify(body));
  const promptMicroUsd = worstCase(model, bytes, 0, terms) ?? 0;
  const perToken = (reservedMicroUsd - promptMicroUsd) / maxTokens;
  const fitting = Math.floor((leftMicroUsd - promptMicroUsd) / perToken);
  if (fitting < LEAST_TOKENS) return intent;
  const reserved = {
    reservedMicroUsd: worstCase(model, bytes, fitting, terms),
    reservedTokens: bytes + fitting,
  };
  return { ...intent, maxTokens: fitting, ...reserved };
}

/**
 * The most that a call can cost at list price: no text has more tokens than bytes, all of them may be written to the
 * cache (in a batch for an hour), and the answer may be as long as it is allowed to be.
 */
function worstCase(model: string, bytes: number, maxTokens: number, terms: PriceTerms): number | null {
  const plain = priceOf(model, { ...NO_USAGE, inputTokens: bytes, outputTokens: maxTokens }, terms);
  const written = terms.urgency === "batch" ? "cacheWrite1hTokens" : "cacheWrite5mTokens";
  const cached = priceOf(model, { ...NO_USAGE, [written]: bytes, outputTokens: maxTokens }, terms);
  return plain === null || cached === null ? null : Math.max(plain.microUsd, cached.microUsd);
}
