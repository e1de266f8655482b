import { defaultKeywords, type Keywords } from "./default-tables.js";
import { type Router, router } from "./router.js";

/**
 * Starts tasks by the words in their titles and briefs; the signals of the dearest tier count first.
 *
 * Whole words alone, or phrases of them; case, hyphens and invisible characters do not matter. A guess, and a quick one.
 *
 * @param keywords By default `defaultKeywords()`, which are for the default ladder.
 */
export function keywordRouter(keywords: Keywords = defaultKeywords()): Router {
  const signals = new Map(
    Object.entries(keywords).map(([tier, phrases]) => [
      tier,
      phrases.flatMap((phrase) => {
        const words = wordsOf(phrase);
        return words.trim() === "" ? [] : [{ phrase, words }];
      }),
    ]),
  );
  return router("keyword", ({ task: { title, brief }, ladder }) => {
    const text = wordsOf(`${title}\n${brief}`);
    for (const tier of ladder.toReversed()) {
      const found = signals.get(tier)?.find(({ words }) => text.includes(words));
      if (found === undefined) continue;
      return { tier, reason: `It says "${found.phrase}", which is work for ${tier}.`, confidence: "medium" };
    }
    return undefined;
  });
}

/** The words of a text in a row, in lower case, with a blank around each: what a phrase is looked for in. */
function wordsOf(text: string): string {
  const plain = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .toLowerCase();
  return ` ${(plain.match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []).join(" ")} `;
}
