/**
 * Recorded models, at work: the same task and model always give the same answer, behind a seal.
 *
 * Whoever holds these holds the outcomes and the key. Of them go out: a token for each task, sealed results, what they
 * cost, and a reviewer's yes or no. Whether a result is right is told by `grade` alone.
 */

import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Instance, Ladder } from "../ladder.js";
import { accuracyOn, feeOf, type Reviewer } from "../reviewer.js";
import { type Confidences, confidenceOf } from "./confidences.js";

/** What comes back from a model: the result, sealed, and what it cost. */
export interface SealedResult {
  /** `result:` and 64 hexadecimal digits. */
  readonly seal: string;
  readonly cost: number;
  readonly outputTokens: number | null;
  /** What the model says of itself, from 0 to 1. */
  readonly confidence: number;
}

interface Opened {
  readonly instance: Instance;
  readonly rung: number;
  readonly success: boolean;
}

export class Records {
  readonly #key = randomBytes(32);
  readonly #byToken = new Map<string, Instance>();
  readonly #bySeal = new Map<string, Opened>();
  readonly #reviewer: Reviewer;
  readonly #confidences: Confidences | undefined;
  readonly #seed: string;

  /** @param seed Chooses the trials of tasks that have several, the reviewer's errors, and what is said of confidence. */
  constructor(ladder: Ladder, reviewer: Reviewer, seed: string, confidences?: Confidences) {
    for (const instance of ladder.instances) this.#byToken.set(tokenOf(instance.id), instance);
    this.#reviewer = reviewer;
    this.#confidences = confidences;
    this.#seed = seed;
  }

  execute(token: string, rung: number): SealedResult {
    const instance = this.#byToken.get(token);
    const outcome = instance?.outcomes[rung];
    if (instance === undefined || outcome === undefined)
      throw new Error(`There is no record of ${token} at rung ${rung}.`);
    const success = drawn(this.#seed, "trial", instance.id, rung) < outcome.success;
    const seal = `result:${this.#sealOf(instance, rung, success)}`;
    this.#bySeal.set(seal, { instance, rung, success });
    const confidence = confidenceOf(this.#confidences, instance, rung, success, this.#seed);
    return { seal, cost: outcome.cost, outputTokens: outcome.outputTokens, confidence };
  }

  /** The verdict of the reviewer on a result, and its fee; the same each time it is asked. */
  review(seal: string): { readonly accepts: boolean; readonly cost: number } {
    const { instance, rung, success } = this.#open(seal);
    const [acceptsRight, rejectsWrong] = accuracyOn(this.#reviewer, instance, rung);
    const chance = drawn(this.#seed, "review", instance.id, rung);
    const cost = feeOf(this.#reviewer, instance, rung);
    return { accepts: success ? chance < acceptsRight : chance >= rejectsWrong, cost };
  }

  /** Whether a result is right. */
  grade(seal: string): boolean {
    return this.#open(seal).success;
  }

  #open(seal: string): Opened {
    const opened = this.#bySeal.get(seal);
    if (opened === undefined) throw new Error(`"${seal.slice(0, 80)}" is no seal of these records.`);
    return opened;
  }

  #sealOf({ id }: Instance, rung: number, success: boolean): string {
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([id, rung, success]))
      .digest("hex");
  }
}

/** What a task is called outside: it says nothing of where the task comes from. */
export function tokenOf(id: string): string {
  return `task:${createHash("sha256").update(`token of ${id}`).digest("hex").slice(0, 24)}`;
}

/** A number from 0 up to 1 that follows from these words alone. */
function drawn(...words: readonly (string | number)[]): number {
  return createHash("sha256").update(JSON.stringify(words)).digest().readUInt32BE(0) / 2 ** 32;
}
