import { placeOf } from "../place.js";
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
