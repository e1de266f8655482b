import type { Random } from "./random.js";

/**
 * Each place where something may go wrong, with how often it does at most; a seed draws its own share of that.
 *
 * For ports it is a share of the operations, for what happens to processes a share of the scheduler's picks.
 */
const MOST = {
  /** The append, the renewal …: refused, and nothing happened. */
  "append.fails": 0.03,
  "read.fails": 0.25,
  "acquire.fails": 0.3,
  "renew.fails": 0.3,
  "release.fails": 0.5,
  /** It happened, and whoever asked is told that it failed. */
  "append.unacknowledged": 0.03,
  "acquire.unacknowledged": 0.4,
  "renew.unacknowledged": 0.2,
  "release.unacknowledged": 0.5,
  /** It happened, and the word of it is late: others come in between. */
  "append.late_word": 0.3,
  "renew.late_word": 0.4,
  "acquire.late_word": 0.6,
  /** Before the word of it comes, the lease has run out, and somebody else may have taken over. */
  "append.overtaken": 0.07,
  /** It arrives once more, and nobody waits for what becomes of it. */
  "append.repeated": 0.1,
  "renew.repeated": 0.2,
  "release.repeated": 0.5,
  /** No answer came from the provider, by how far the trouble reaches. */
  "answer.fails": 0.3,
  "answer.limited": 0.12,
  "answer.denied": 0.12,
  /** It comes much later than others. */
  "answer.slow": 0.2,
  /** The provider answered and billed, and nobody hears of it before the deadline. */
  "answer.dropped": 0.13,
  /** A process ends: what was under way is done or not, and nobody hears of it. */
  kill: 0.07,
  /** Another process asks for a run that one drives. */
  "second.process": 0.03,
  /** A process stands still for longer than its lease, and goes on as if nothing had happened. */
  stall: 0.04,
  "clock.forth": 0.03,
  "clock.back": 0.03,
  /** Time goes by although something is ready. */
  delay: 0.3,
  pause: 0.03,
  cancel: 0.03,
  /** A person settles, or resumes, at a moment of their own. */
  "resolve.early": 0.3,
  "resume.early": 0.05,
} as const;

/** A place where something may go wrong. */
export type FaultPoint = keyof typeof MOST;

/** Every place where something may go wrong. */
export const FAULT_POINTS = Object.keys(MOST) as readonly FaultPoint[];

/** How often anything happens with the faults switched on: kinds of answers that a world gives are counted as well. */
export type Counts = Map<string, number>;

/** The faults of one seed: some seeds are calm, some brutal, and each has its own favourites. */
export class Faults {
  /** Off in the second phase, in which everything must come to an end. */
  on = true;
  readonly counts: Counts;
  readonly #random: Random;
  readonly #rates: { readonly [Point in FaultPoint]: number };

  constructor(random: Random, counts: Counts) {
    this.#random = random;
    this.counts = counts;
    const calm = random.chance(0.15);
    const brutality = calm ? 0 : random.next();
    const rates = FAULT_POINTS.map((point) => {
      const favoured = random.chance(0.5) ? random.next() : 0;
      return [point, MOST[point] * favoured * brutality];
    });
    this.#rates = Object.fromEntries(rates) as { [Point in FaultPoint]: number };
  }

  /** Whether it happens now. */
  strikes(point: FaultPoint): boolean {
    if (!this.on || this.#rates[point] === 0 || !this.#random.chance(this.#rates[point])) return false;
    this.count(point);
    return true;
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
