import PQueue from "p-queue";
import { ReadyHeap, type Waiting } from "./ready-heap.js";
import type { Timers } from "./timers.js";

/** How many pieces of work may be under way at once. */
export interface LaneLimits {
  /** Over all lanes together. */
  readonly total: number;
  /** By lane. A lane that is not named may use the whole. */
  readonly byLane: ReadonlyMap<string, number>;
}

interface Lane {
  readonly name: string;
  readonly queue: PQueue;
  readonly waiting: ReadyHeap;
  /** Slots that have run out of work, each by what hands it work that has begun. */
  readonly spare: ((begun: Promise<void>) => void)[];
  readonly limit: number;
  running: number;
  /** What may run now: less than the limit for a while after the provider asked for patience. */
  allowed: number;
  /** Holds under way; a lane that is held starts nothing. */
  holds: number;
  /** Whether it was told to wait; it is asked for again when its timer goes off, or work of it has stopped. */
  isPaced: boolean;
  hasTimer: boolean;
}

/** How long work of a lane must wait before it may start, in milliseconds; 0 lets it start now, and counts it. */
export type PaceOf = (lane: string) => number;

/**
 * The lanes that work runs in: one for each tier, with a limit of its own and one over all.
 *
 * Deals with: who may start now, most urgent first; giving a slot back only when the work has really stopped;
 * holding a lane back; keeping the pace that a lane is told, without a slot. Does not deal with: what the work is, or when it is worth doing. Each lane is a p-queue
 * that is handed only what may run at once, so that work in line can still change places or be dropped.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** The same lanes, in a form that is walked without an iterator: it is walked for every piece of work. */
  readonly #all: Lane[] = [];
  readonly #limits: LaneLimits;
  readonly #timers: Timers;
  readonly #onIdle: () => void;
  readonly #paceOf: PaceOf | undefined;
  #running = 0;
  #paused = false;

  constructor(limits: LaneLimits, timers: Timers, onIdle: () => void, paceOf?: PaceOf) {
    this.#paceOf = paceOf;
    this.#limits = limits;
    this.#timers = timers;
    this.#onIdle = onIdle;
  }

  /** How many pieces of work are under way. */
  get running(): number {
    return this.#running;
  }

  /** Puts work in line. Nothing starts before `start`, so that what comes together starts by urgency. */
  add(name: string, { priority, work }: Waiting): void {
    this.#lane(name).waiting.push(priority, work);
  }

  /** Starts what may start, the most urgent first. */
  start(): void {
    for (let lane = this.#mostUrgent(); lane !== undefined; lane = this.#mostUrgent()) {
      if (!this.#mayStart(lane)) continue;
      const next = this.#take(lane);
      const spare = lane.spare.pop();
      if (spare === undefined) void lane.queue.add(() => this.#slot(lane, next.work()));
      else spare(next.work());
    }
  }

  /** Starts nothing more until `resume`. What is under way goes on. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.start();
  }

  /** Drops what waits. What is under way goes on. */
  clear(): void {
    for (const lane of this.#all) lane.waiting.clear();
  }

  /** Starts nothing in this lane for a while, then one piece of work, and one more at once with each success. */
  hold(name: string, ms: number): void {
    const lane = this.#lane(name);
    lane.allowed = 1;
    lane.holds += 1;
    this.#timers.after(ms, () => {
      lane.holds -= 1;
      this.start();
    });
  }

  /** Notes that the provider answered work of this lane: when all that was under way succeeds, twice as much follows. */
  succeeded(name: string): void {
    const lane = this.#lane(name);
    if (lane.holds > 0 || lane.allowed >= lane.limit) return;
    lane.allowed += 1;
    this.start();
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const limit = Math.min(this.#limits.byLane.get(name) ?? this.#limits.total, this.#limits.total);
    const lane: Lane = {
      name,
      queue: new PQueue({ concurrency: limit }),
      waiting: new ReadyHeap(),
      spare: [],
      limit,
      running: 0,
      allowed: limit,
      holds: 0,
      isPaced: false,
      hasTimer: false,
    };
    this.#lanes.set(name, lane);
    this.#all.push(lane);
    return lane;
  }

  /**
   * Works off a lane, one piece after the other.
   *
   * It never ends, but is kept for more when nothing is left to do: a new slot for every piece of work costs more
   * than all else that is done to start it. Nobody awaits it, so it goes when its lanes go.
   */
  async #slot(lane: Lane, first: Promise<void>): Promise<void> {
    for (let begun = first; ; ) {
      await begun;
      this.#running -= 1;
      lane.running -= 1;
      lane.isPaced = false;
      const isNext = this.#mostUrgent() === lane && this.#mayStart(lane);
      begun = isNext ? this.#take(lane).work() : this.#more(lane);
    }
  }

  /** Lets go of a slot; settles when the work that it is handed, whenever that may be, has stopped. */
  #more(lane: Lane): Promise<void> {
    return new Promise((resolve) => {
      lane.spare.push(resolve);
      this.start();
      if (this.#running === 0) this.#onIdle();
    });
  }

  /** Asks for the pace of a lane that could start; one that must wait is passed over, and others go on. */
  #mayStart(lane: Lane): boolean {
    const waitMs = this.#paceOf?.(lane.name) ?? 0;
    if (!(waitMs > 0)) return true;
    lane.isPaced = true;
    if (lane.hasTimer) return false;
    lane.hasTimer = true;
    this.#timers.after(waitMs, () => {
      lane.hasTimer = false;
      lane.isPaced = false;
      this.start();
    });
    return false;
  }

  #take(lane: Lane): Waiting {
    this.#running += 1;
    lane.running += 1;
    return lane.waiting.pop() as Waiting;
  }

  /** The lane whose first in line may start now and is the most urgent of all. */
  #mostUrgent(): Lane | undefined {
    if (this.#paused || this.#running >= this.#limits.total) return undefined;
    let best: Lane | undefined;
    for (const lane of this.#all) {
      if (lane.waiting.size === 0 || lane.holds > 0 || lane.running >= lane.allowed) continue;
      if (lane.isPaced) continue;
      if (best === undefined || lane.waiting.urgency > best.waiting.urgency) best = lane;
    }
    return best;
  }
}
