import type { Environment } from "../ports/environment.js";

/** A clock that moves only when it is told to. */
export interface ManualClock extends Pick<Environment, "now" | "monotonic" | "after"> {
  /**
   * Moves on by `ms` milliseconds and sets off, in order, whatever was set to go off until then.
   *
   * What follows from one timer happens before the next goes off, so that a timer set on the way is seen as well.
   * Resolves when everybody who can go on has.
   *
   * @throws RangeError when told to go back.
   */
  advance(ms: number): Promise<void>;
  /** When the timers that are set now will go off, in milliseconds since 1970, earliest first. */
  readonly timers: readonly number[];
}

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

/**
 * Makes a clock for tests, to be part of an environment: `{ env: manualClock() }`.
 *
 * @param start What it shows at first, in milliseconds since 1970.
 */
export function manualClock(start = 0): ManualClock {
  let now = start;
  let timers: readonly Timer[] = [];
  const drop = (timer: Timer): void => {
    timers = timers.filter((each) => each !== timer);
  };
  return {
    now: () => now,
    monotonic: () => now,
    after(ms, action) {
      const timer: Timer = { due: now + ms, action };
      timers = [...timers, timer].sort((a, b) => a.due - b.due);
      return () => drop(timer);
    },
    get timers() {
      return timers.map(({ due }) => due);
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`Expected \`advance\` to go forward, got \`${ms}\` milliseconds.`);
      const end = now + ms;
      await settled();
      for (let next = timers[0]; next !== undefined && next.due <= end; next = timers[0]) {
        now = next.due;
        drop(next);
        next.action();
        await settled();
      }
      now = end;
    },
  };
}

/**
 * Resolves when everything that waits for nothing but promises has gone on.
 *
 * Whatever waits for a timer, a file or a socket is left waiting.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
