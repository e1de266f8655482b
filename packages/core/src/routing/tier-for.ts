import type { Complexity } from "./classification.js";

/** The tier that work of this sort starts at: the foot of the ladder, its middle (of two, the dearer), its top. */
export function tierFor(complexity: Complexity, ladder: readonly string[]): string {
  const top = ladder.length - 1;
  const position = { mechanical: 0, generative: Math.floor(ladder.length / 2), reasoning: top }[complexity];
  return ladder[position] as string;
}
