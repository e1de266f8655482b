import { defaultKeywords, type Keywords } from "./default-tables.js";
import { type Router, router } from "./router.js";

/** A word or phrase, and the tier that it is work for. */
interface Signal {
  readonly tier: string;
  readonly phrase: string;
  readonly words: readonly string[];
}

/**
 * Starts tasks by the words in their titles and briefs; a signal of a dearer tier counts more.
 *
 * Whole words alone, or phrases of them; case, hyphens and invisible characters do not matter. A guess, and a quick one.
 *
 * @param keywords By default `defaultKeywords()`, which are for the default ladder.
 */
export function keywordRouter(keywords: Keywords = defaultKeywords()): Router {
  const signals = Object.entries(keywords).flatMap(([tier, phrases]) =>
    phrases.map((phrase): Signal => ({ tier, phrase, words: wordsOf(phrase) })),
  );
  /** By their first word. */
  const index = new Map<string, Signal[]>();
  for (const signal of signals) {
    const [first] = signal.words;
    if (first !== undefined) index.set(first, [...(index.get(first) ?? []), signal]);
  }
  return router("keyword", ({ task: { title, brief }, ladder }) => {
    const text = wordsOf(`${title}\n${brief}`);
    const rank = (signal: Signal | undefined): number =>
      signal === undefined ? -1 : ladder.indexOf(signal.tier);
    let found: Signal | undefined;
    for (const [at, word] of text.entries()) {
      for (const signal of index.get(word) ?? []) {
        if (rank(signal) <= rank(found)) continue;
        if (signal.words.every((each, further) => text[at + further] === each)) found = signal;
      }
    }
    if (found === undefined) return undefined;
    const { tier, phrase } = found;
    return { tier, reason: `It says "${phrase}", which is work for ${tier}.`, confidence: "medium" };
  });
}

/** The words of a text, in lower case. */
function wordsOf(text: string): readonly string[] {
  const plain = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .toLowerCase();
  return plain.match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
}
