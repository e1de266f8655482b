import { type ModelWindow, NO_USAGE } from "@terrace/core";
import { KNOWN_MODELS, rulesOf } from "./model-rules.js";
import { PRICE_OVERLAY } from "./price-overlay.js";
import { priceOf } from "./prices.js";

/** What Claude models take in and charge for it at list price, by model id, for `contextSizeRouter`. */
export const claudeWindows: { readonly [model: string]: ModelWindow } = Object.fromEntries(
  KNOWN_MODELS.map((model) => [model, windowOf(model)]),
);

function windowOf(model: string): ModelWindow {
  const inputUsd = usdAt(model, 1_000);
  const line = PRICE_OVERLAY.find((row) => row.model === model)?.above;
  return {
    contextTokens: rulesOf(model)?.contextTokens ?? 0,
    ...(inputUsd === null ? {} : { inputUsd }),
    ...(line && { above: { promptTokens: line.promptTokens, inputUsd: line.inputUsd } }),
  };
}

/** US dollars for a million tokens of a prompt that is so long; one micro-dollar for each token is as much. */
function usdAt(model: string, promptTokens: number): number | null {
  const price = priceOf(model, { ...NO_USAGE, inputTokens: promptTokens });
  return price === null ? null : price.microUsd / promptTokens;
}
