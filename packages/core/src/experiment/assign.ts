import type { Arm } from "./mark.js";

/** What decides the arm of a goal. */
export interface Assignment {
  readonly name: string;
  readonly stratum: string;
  readonly goal: string;
}

/**
 * The arm of a goal: the same in every process, and for every time that it is submitted.
 *
 * @param share Of the goals of each stratum, how many go to the treatment, from 0 to 1.
 */
export function armOf({ name, stratum, goal }: Assignment, share: number): Arm {
  return placeOf(JSON.stringify([name, stratum, goal])) < share ? "treatment" : "control";
}

/** A text's place from 0 to 1. FNV-1a, 32 bits, and then mixed: goals that differ in their last letter lie far apart. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
