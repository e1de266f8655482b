/** Recorded models behind the Messages API: a world for the simulator. A task is found by the token in the user's text. */

import { readMarkers, type World, type WorldAnswer, type WorldRequest } from "@terrace/simulator";
import { reviewOf, rungOf, wordOf } from "./recorded-agents.js";
import type { Records } from "./records.js";

/** More than a record has is written by no answer: the simulator counts to the end of `max_tokens`. */
const MOST_TOKENS = 8_000;
const USD_PER_TOKEN = 20 / 1e6;

export function recordedWorld(records: Records, tiers: number): World {
  return {
    answer(request: WorldRequest): WorldAnswer {
      const { purpose } = readMarkers(request);
      const { lastUserText: text, model } = request;
      if (purpose === "execute")
        return execute(records, lastOf(text, /task:[0-9a-f]{24}/), rungOf(model, tiers));
      if (purpose === "review") {
        const { accepts } = records.review(lastOf(text, /result:[0-9a-f]{64}/));
        return { json: { ...reviewOf(accepts), blame: "" } };
      }
      throw new Error(`Nobody is recorded who does "${purpose}".`);
    },
  };
}

function execute(records: Records, token: string, rung: number): WorldAnswer {
  const { seal, cost, outputTokens, confidence } = records.execute(token, rung);
  const because = `It says ${confidence} of itself.`;
  // Where no tokens were recorded, the dollars are all output at the top tier's price.
  const tokens = outputTokens ?? Math.round(cost / USD_PER_TOKEN);
  return {
    json: { output: seal, confidence: wordOf(confidence), because, unverified: [] },
    outputTokens: Math.min(MOST_TOKENS, Math.max(1, tokens)),
  };
}

/** The last one, where a text has several: a draft that was rejected comes before the output that is asked about. */
function lastOf(text: string, pattern: RegExp): string {
  const found = [...text.matchAll(new RegExp(pattern, "g"))].at(-1)?.[0];
  if (found === undefined) throw new Error(`The request names nothing like ${pattern.source}.`);
  return found;
}
