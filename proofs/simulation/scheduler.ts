import type { Faults } from "./faults.js";
import type { Random } from "./random.js";

/** Whom an operation or a timer belongs to: what is dead or asleep does not go on. */
export interface Host {
  readonly name: string;
  readonly alive: boolean;
  readonly asleep: boolean;
}

/** Hears what happens, in a line. */
export type Note = (line: string) => void;

/** What lies between processes, such as the network. */
export const OUTSIDE: Host = { name: "outside", alive: true, asleep: false };

interface Operation {
  readonly host: Host;
  readonly name: string;
  /** It comes to its end. */
  readonly complete: () => void;
  /** Its process died: what it does outside may still happen. */
  readonly perish: () => void;
}

interface Timer {
  readonly host: Host;
  readonly due: number;
  readonly action: () => void;
  /** Whether it brings a word from the store. */
  readonly isWord: boolean;
}

/** When a simulation begins, in milliseconds since 1970. */
const START = 1_000_000_000;

/**
 * Virtual time, and the order in which things come to their end.
 *
 * Whatever waits for the world outside is in one of its two lists. Nothing goes on by itself.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #note: Note | undefined;
  #operations: Operation[] = [];
  #timers: Timer[] = [];
  #time = 0;
  /** What a person or a time server has moved the wall clock by. */
  #moved = START;
  /** Whether the wall clock was ever moved: what was written down in between has times of another clock. */
  hasJumped = false;

  constructor(random: Random, faults: Faults, note: Note | undefined) {
    this.#random = random;
    this.#faults = faults;
    this.#note = note;
  }

  get now(): number {
    return this.#time + this.#moved;
  }

  get monotonic(): number {
    return this.#time;
  }

  /** Moves the wall clock. */
  jump(ms: number): void {
    this.#moved += ms;
    this.hasJumped = true;
    this.#note?.(`the clock jumps by ${ms} ms`);
  }

  /** An operation begins, whose end is for the scheduler to choose. Returns what takes it back. */
  later(host: Host, name: string, complete: () => void, perish = (): void => {}): () => void {
    const operation = { host, name, complete, perish };
    this.#operations.push(operation);
    return () => {
      this.#operations = this.#operations.filter((each) => each !== operation);
    };
  }

  /** Calls once, after `ms` milliseconds of virtual time. Returns what prevents that. */
  after(host: Host, ms: number, action: () => void, isWord = false): () => void {
    const timer = { host, due: this.#time + ms, action, isWord };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Whether a process waits for a word from its store. */
  waitsForStore(host: Host): boolean {
    for (const { host: whose, name } of this.#operations) {
      if (whose === host && !name.startsWith("answer") && !name.startsWith("check")) return true;
    }
    return this.#timers.some((timer) => timer.isWord && timer.host === host);
  }

  /** Throws away what belongs to a process that died. */
  drop(host: Host): void {
    const lost = this.#operations.filter((each) => each.host === host);
    this.#operations = this.#operations.filter((each) => each.host !== host);
    this.#timers = this.#timers.filter((each) => each.host !== host);
    for (const each of lost) each.perish();
  }

  /** Lets one thing come to its end. Returns whether there was any. */
  step(): boolean {
    const ready = this.#operations.filter(({ host }) => host.alive && !host.asleep);
    const timer = this.#nextTimer();
    if (ready.length === 0 && timer === undefined) return false;
    const isDue = timer !== undefined && timer.due <= this.#time && this.#random.chance(0.5);
    if (timer !== undefined && (isDue || ready.length === 0 || this.#faults.strikes("delay"))) {
      this.#fire(timer);
      return true;
    }
    const operation = this.#random.pick(ready);
    this.#operations.splice(this.#operations.indexOf(operation), 1);
    this.#time += this.#random.between(0, 4);
    this.#note?.(`${operation.host.name}: ${operation.name}`);
    operation.complete();
    return true;
  }

  #nextTimer(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.host.asleep || (next !== undefined && timer.due >= next.due)) continue;
      next = timer;
    }
    return next;
  }

  #fire(timer: Timer): void {
    this.#timers.splice(this.#timers.indexOf(timer), 1);
    this.#time = Math.max(this.#time, timer.due);
    this.#note?.(`${timer.host.name}: a timer goes off at ${this.#time}`);
    timer.action();
  }
}

/** Resolves when everybody who can go on by themselves has. */
export function drained(): Promise<void> {
  return new Promise((resolve) => {
    // After all microtasks that are due, and a tenth of what a turn of the event loop costs.
    process.nextTick(resolve);
  });
}
