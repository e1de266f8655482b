import type { Confidence } from "../run/confidence.js";

/** How often outputs were judged, and how often they stood. */
export interface WordCount {
  readonly judged: number;
  readonly accepted: number;
}

/** What reviews and checks made of outputs, by the word their executor had for them. */
export type WordCounts = { readonly [Word in Confidence]: WordCount };

/** Counts that are being added to. */
export type WordDraft = { readonly [Word in Confidence]: { judged: number; accepted: number } };

/** Counts of nothing yet. */
export function noWords(): WordDraft {
  const none = (): WordDraft["high"] => ({ judged: 0, accepted: 0 });
  return { high: none(), medium: none(), low: none() };
}

/** Counts one more output that was judged. */
export function countWord(words: WordDraft, word: Confidence, isAccepted: boolean): void {
  words[word].judged += 1;
  if (isAccepted) words[word].accepted += 1;
}
