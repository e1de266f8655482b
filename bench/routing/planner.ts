/** What it costs that somebody rates a task before it starts: a call at the top tier, which reads the task's text. */

import { kindingOf } from "./kinds.js";
import type { Ladder } from "./ladder.js";
import { priceAt } from "./price.js";

/** Instructions and form of a rating, in tokens. */
const ASKED = 500;
/** A rating and its reason. */
const ANSWERED = 100;
/** A task whose text is not at hand: an issue of some two hundred words, with code. */
const UNSEEN_TEXT = 500;

/**
 * Mean dollars a task. Nothing where the kind is the category, since a task comes with it; `null` where the ladder has no
 * price list of its own to say what a rating costs.
 */
export function plannerCost(ladder: Ladder): number | null {
  if (kindingOf(ladder) === "category") return 0;
  const price = priceAt(ladder.list, "opus");
  if (price === null) return null;
  const texts = ladder.instances.map(({ textChars }) => (textChars === null ? UNSEEN_TEXT : textChars / 4));
  const read = ASKED + texts.reduce((sum, tokens) => sum + tokens, 0) / texts.length;
  return (read * price.inputUsd + ANSWERED * price.outputUsd) / 1e6;
}
