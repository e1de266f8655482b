import type { Examined } from "./examine.js";
import { FAULT_POINTS } from "./faults.js";
import type { Done } from "./job.js";

/** How many seeds that failed are told of, one by one. */
const MOST_TOLD = 10;
const MOST_OF_A_MESSAGE = 1_000;
/** In so many seeds, or more, every fault is to have struck so often. */
const MANY_SEEDS = 10_000;
const ENOUGH = 1_000;

/** A simulation that takes longer says now and then how far it is. */
const TOLD_EVERY_MS = 60_000;

/** What came of a simulation: sums, and whatever is wrong. */
export class Report {
  readonly #wanted: number;
  readonly #startedAt = performance.now();
  readonly #failures: Examined[] = [];
  readonly #points = new Map<string, number>(FAULT_POINTS.map((point) => [point, 0]));
  readonly #blindTo: string[] = [];
  readonly #foundBy: string[] = [];
  #seeds = 0;
  #toldAt = this.#startedAt;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  add(done: Done): void {
    if (done.kind === "seeds") {
      this.#seeds += done.seeds;
      for (const failure of done.failures) this.#fail(failure);
      for (const [point, count] of done.counts)
        this.#points.set(point, (this.#points.get(point) ?? 0) + count);
      this.#tellProgress();
    } else if (done.foundBy === undefined) this.#blindTo.push(done.bug.name);
    else {
      const { seed, violations } = done.foundBy;
      const moved = seed === done.bug.foundBy ? "" : `, and no longer by ${done.bug.foundBy}`;
      this.#foundBy.push(`${done.bug.name}: ${violations[0]?.invariant}, by seed ${seed}${moved}`);
    }
  }

  /** Whether nothing is wrong, and nothing planted was overlooked. */
  get isGood(): boolean {
    return this.#failures.length === 0 && this.#blindTo.length === 0;
  }

  print(asJson: boolean): void {
    for (const name of this.#blindTo) console.error(`Blind to "${name}": no seed found it.`);
    if (!asJson) for (const line of this.#foundBy) console.log(`found ${line}`);
    for (const [point, count] of this.#rare()) console.error(`Rare: ${point} struck ${count} times.`);
    console.log(JSON.stringify(this.#sums()));
  }

  /** Told at once: a long simulation need not end for somebody to look at what it found. */
  #fail(failure: Examined): void {
    this.#failures.push(failure);
    if (this.#failures.length > MOST_TOLD) return;
    const { seed, violations } = failure;
    const [first] = violations;
    console.error(`Seed ${seed}: ${first?.invariant}: ${first?.message.slice(0, MOST_OF_A_MESSAGE)}`);
    console.error(`  Again, with its story: npx -y pnpm@12 -s sim --seed ${seed}`);
  }

  #tellProgress(): void {
    const now = performance.now();
    if (now - this.#toldAt < TOLD_EVERY_MS) return;
    this.#toldAt = now;
    const failed = this.#failures.length === 0 ? "none failed" : `${this.#failures.length} failed`;
    const seconds = Math.round((now - this.#startedAt) / 1_000);
    console.error(`${this.#seeds} of ${this.#wanted} seeds, ${failed}, ${seconds} s`);
  }

  /** What struck too seldom to say much; of few seeds nothing is expected. */
  #rare(): readonly [string, number][] {
    return this.#seeds < MANY_SEEDS ? [] : [...this.#points].filter(([, count]) => count < ENOUGH);
  }

  #sums(): object {
    const used = process.cpuUsage();
    const broken = this.#failures.flatMap(({ violations }) => violations);
    return {
      seeds: this.#seeds,
      violations: broken.length,
      plantedBugsCaught: this.#foundBy.length,
      plantedBugs: this.#foundBy.length + this.#blindTo.length,
      deterministic: !broken.some(({ invariant }) => invariant === "SEED"),
      faultPoints: Object.fromEntries([...this.#points].sort(([a], [b]) => (a < b ? -1 : 1))),
      seconds: tenths(performance.now() - this.#startedAt),
      cpuSeconds: tenths((used.user + used.system) / 1_000),
    };
  }
}

function tenths(ms: number): number {
  return Math.round(ms / 100) / 10;
}
